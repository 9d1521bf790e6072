//! Ports on this machine, and the least of HTTP to ask a child process something.

use std::fs;
use std::io::{Read, Write};
use std::iter;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};

use super::wait::SOON;

/// The first port that is given.
const FIRST: u16 = 10_000;
/// The first that the system gives by itself, where it does not say.
const EPHEMERAL: u16 = 32_768;

/// A port that nobody listens on. The system gives it to nobody by itself, so it can be bound
/// minutes later, and no other call of this process gives it again.
pub(crate) fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let count = first_ephemeral() - FIRST;
    // Other test processes begin elsewhere.
    let from = std::process::id().wrapping_mul(7_919) % u32::from(count);
    let from = u16::try_from(from).unwrap();
    let next = || FIRST + (from + GIVEN.fetch_add(1, Ordering::Relaxed) % count) % count;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut tried = iter::repeat_with(next).take(usize::from(count));
    tried.find(free).unwrap()
}

/// Where the system's own ports begin: those of outgoing connections and of port 0.
fn first_ephemeral() -> u16 {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let first = range.split_whitespace().next();
    let first = first.and_then(|text| text.parse().ok());
    first
        .filter(|first| *first > FIRST + 1_000)
        .unwrap_or(EPHEMERAL)
}

/// The status and the body of `GET path`; none when nobody answers.
pub(crate) fn get(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, SOON).ok()?;
    stream.set_read_timeout(Some(SOON)).ok()?;
    // HTTP/1.0, so that the answer's end is the connection's, and nothing is chunked.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}
