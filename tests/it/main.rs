//! The integration tests: the whole daemon between real parts.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test's helpers fail by panicking and tell why on stderr"
)]

mod answers_about_rules;
mod authenticates;
mod dead_letters_poison;
mod dead_letters_unparkable;

mod delivers_matches;
mod drains_envelopes;
mod drains_on_shutdown;
mod gives_up;
mod hanging_workflow;
mod holds_when_kafka_refuses;
mod holds_without_workflows;
mod identifies_events;
mod keeps_docs_true;
mod keeps_header_names;
mod keeps_secrets;
mod keeps_up_with_topics;
mod keeps_what_is_refused;
#[expect(
    dead_code,
    unused_imports,
    reason = "tests to come use the rest of the kit"
)]
mod kit;
mod kit_works;
mod leaves_groups;
mod limits_floods;
mod looks_at_topics;
mod metrics_tell;
mod network_failures;
mod own_groups;
mod proof;
mod receiver_works;
mod redrives_dead_letters;
mod refuses_bad_config;
mod retries_failures;
mod retry_groups;
mod rolls_out;
mod rotates_secrets;
mod secures_kafka;
mod sends_requests;
mod shows_dead_letters;
mod sick_workflows;
mod spends_its_budget;
mod takes_another_form;
mod triggers_by_hand;
mod waits_as_asked;
mod warns_of_rules;
