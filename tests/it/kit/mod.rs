//! The kit of the integration tests: real parts to put a daemon between, and their books.
//!
//! [`setups`] gives the clusters that a claim must hold on: librdkafka's in-process one, which can
//! be told to fail, and Apache Kafka, where it can be had. [`Receiver`] stands for webhooks. A
//! [`Plan`] is what a [`Daemon`] is told. [`topics`] writes, reads and compares; [`events`] makes
//! what is written. Nothing here sleeps: [`until`] waits for a condition with a deadline.
//!
//! Every wait panics with what it waited for. Functions block; a test within a runtime may call
//! them, on a thread that nothing else needs.

mod answer;
mod certificates;
pub(crate) mod changes;
mod cli;
mod cluster;
mod daemon;
pub(crate) mod events;
pub(crate) mod garbage;
mod groups;
mod in_process;
mod issuer;
mod jars;
mod kafka;
mod plan;
mod ports;
mod receiver;
pub(crate) mod scene;
mod secured;
mod silence;
mod timed;
pub(crate) mod topics;
mod wait;

pub(crate) use answer::Answer;
pub(crate) use cli::{Cli, Said};
pub(crate) use cluster::{Cluster, Kind, Setup, setups, unique};
pub(crate) use daemon::{Daemon, output_folder, sum_of_series};
pub(crate) use groups::members;
pub(crate) use in_process::{InProcess, Request};
pub(crate) use issuer::TokenServer;
pub(crate) use plan::Plan;
pub(crate) use ports::{free_port, get};
pub(crate) use receiver::{Received, Receiver};
pub(crate) use secured::{Secured, USER, secured};
pub(crate) use silence::{SECRET, assert_silent};
pub(crate) use timed::timed;
pub(crate) use wait::{SOON, throughout, until, within};
