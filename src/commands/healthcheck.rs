//! `firebell healthcheck`: asks a running daemon how it is, so that an image needs no curl.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::commands::Exit;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Is it alive? If not, a restart helps.
    Alive,
    /// Is it ready? If not, it says why.
    Ready,
}

/// Asks the daemon that listens at `admin`, on this host. The text is its answer.
pub async fn healthcheck(admin: SocketAddr, question: Question) -> (Exit, String) {
    let path = match question {
        Question::Alive => "livez",
        Question::Ready => "readyz",
    };
    let url = format!("http://{}/{path}", reachable(admin));
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build();
    let asked = match client {
        Ok(client) => client.get(&url).send().await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(answer) => {
            let exit = if answer.status().is_success() {
                Exit::Ok
            } else {
                Exit::Failed
            };
            (exit, answer.text().await.unwrap_or_default())
        }
        Err(error) => (
            Exit::Failed,
            format!("failed to ask {url}: {}\n", error.without_url()),
        ),
    }
}

/// A daemon that listens on every address is asked on loopback.
fn reachable(admin: SocketAddr) -> SocketAddr {
    let ip = match admin.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, admin.port())
}
