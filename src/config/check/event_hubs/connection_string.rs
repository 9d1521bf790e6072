//! A connection string of Event Hubs. All of it is a secret: no message shows a part of it.

use reqwest::Url;

/// What a connection string says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ConnectionString {
    /// The namespace's host.
    pub(super) host: String,
    /// The event hub that the key is for, when it is for one alone.
    pub(super) entity_path: Option<String>,
    pub(super) service: Service,
}

/// Who answers at the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Azure,
    /// The emulator on a developer's machine, which has no TLS.
    Emulator,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    #[error(
        "expected `Endpoint=sb://…/;SharedAccessKeyName=…;SharedAccessKey=…`; part {0} has no `=`"
    )]
    NoPair(usize),
    #[error("lacks {0}: copy the whole connection string of a shared access policy")]
    Missing(&'static str),
    #[error("says {0} twice")]
    Twice(&'static str),
    #[error("Endpoint must be `sb://NAMESPACE.servicebus.windows.net/`")]
    Endpoint,
    #[error(
        "a SharedAccessSignature is not taken by the Kafka endpoint: use SharedAccessKeyName and SharedAccessKey"
    )]
    Signature,
    #[error("part {0} is none of a connection string")]
    Unknown(usize),
    #[error("UseDevelopmentEmulator must be `true` or `false`")]
    Emulator,
}

/// The parts, in the order of what is kept of them.
const PARTS: [&str; 5] = [
    "Endpoint",
    "SharedAccessKeyName",
    "SharedAccessKey",
    "EntityPath",
    "UseDevelopmentEmulator",
];

impl ConnectionString {
    pub(super) fn parse(text: &str) -> Result<Self, Wrong> {
        let [endpoint, name, key, entity_path, emulator] = parts(text)?;
        let host = host(endpoint.ok_or(Wrong::Missing("Endpoint"))?)?;
        name.ok_or(Wrong::Missing("SharedAccessKeyName"))?;
        key.ok_or(Wrong::Missing("SharedAccessKey"))?;
        let service = match emulator.map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Service::Azure,
            Some("true") => Service::Emulator,
            Some(_) => return Err(Wrong::Emulator),
        };
        Ok(Self {
            host,
            entity_path: entity_path.map(str::to_owned),
            service,
        })
    }
}

fn parts(text: &str) -> Result<[Option<&str>; 5], Wrong> {
    let mut found = [None; 5];
    for (at, part) in (1..).zip(text.trim().split(';')) {
        if part.trim().is_empty() {
            continue;
        }
        // A key ends in `=` itself, as Base64 does.
        let (name, value) = part.split_once('=').ok_or(Wrong::NoPair(at))?;
        let name = name.trim();
        if name.eq_ignore_ascii_case("SharedAccessSignature") {
            return Err(Wrong::Signature);
        }
        // For clients of another protocol; it says nothing to us.
        if name.eq_ignore_ascii_case("TransportType") {
            continue;
        }
        let known = PARTS.iter().zip(&mut found);
        let mut same = known.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (known, place) = same.next().ok_or(Wrong::Unknown(at))?;
        if place.replace(value.trim()).is_some() {
            return Err(Wrong::Twice(known));
        }
    }
    Ok(found.map(|value| value.filter(|value| !value.is_empty())))
}

fn host(endpoint: &str) -> Result<String, Wrong> {
    let url = Url::parse(endpoint).map_err(|_any| Wrong::Endpoint)?;
    let host = url.host_str().unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let bare = matches!(url.path(), "" | "/") && url.username().is_empty();
    if url.scheme() != "sb" || host.is_empty() || !host.chars().all(fits) || !bare {
        return Err(Wrong::Endpoint);
    }
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "SharedAccessKeyName=listen;SharedAccessKey=SECRET+/abc=";

    #[test]
    fn a_whole_one_is_read_in_any_order_and_case() {
        let host = "events.servicebus.windows.net".to_owned();
        for text in [
            format!("Endpoint=sb://{host}/;{KEY}"),
            format!(" {KEY}; endpoint=sb://{host} ;\n"),
            format!(
                "ENDPOINT=sb://{host}:5671/;{KEY};TransportType=Amqp;UseDevelopmentEmulator=false"
            ),
        ] {
            let read = ConnectionString::parse(&text).unwrap();
            assert_eq!((read.host, read.entity_path), (host.clone(), None));
            assert_eq!(read.service, Service::Azure);
        }
        let text =
            format!("Endpoint=sb://localhost;{KEY};EntityPath=alerts;UseDevelopmentEmulator=true;");
        let read = ConnectionString::parse(&text).unwrap();
        assert_eq!(read.entity_path.as_deref(), Some("alerts"));
        assert_eq!(
            (read.host.as_str(), read.service),
            ("localhost", Service::Emulator)
        );
    }

    #[test]
    fn what_is_wrong_is_told_without_a_secret() {
        let endpoint = "Endpoint=sb://e.servicebus.windows.net/";
        let said: Vec<String> = [
            "SECRET".to_owned(),
            format!("{endpoint};SharedAccessKeyName=SECRET"),
            KEY.to_owned(),
            format!("{endpoint};{KEY};{endpoint}"),
            format!("Endpoint=https://SECRET/;{KEY}"),
            format!("Endpoint=SECRET;{KEY}"),
            format!("{endpoint};SharedAccessSignature=SECRET"),
            format!("{endpoint};{KEY};SECRET=SECRET"),
            format!("{endpoint};{KEY};UseDevelopmentEmulator=SECRET"),
        ]
        .iter()
        .map(|text| ConnectionString::parse(text).unwrap_err().to_string())
        .collect();
        assert!(!said.join("\n").contains("SECRET"));
        insta::assert_snapshot!(said.join("\n"), @"
        expected `Endpoint=sb://…/;SharedAccessKeyName=…;SharedAccessKey=…`; part 1 has no `=`
        lacks SharedAccessKey: copy the whole connection string of a shared access policy
        lacks Endpoint: copy the whole connection string of a shared access policy
        says Endpoint twice
        Endpoint must be `sb://NAMESPACE.servicebus.windows.net/`
        Endpoint must be `sb://NAMESPACE.servicebus.windows.net/`
        a SharedAccessSignature is not taken by the Kafka endpoint: use SharedAccessKeyName and SharedAccessKey
        part 4 is none of a connection string
        UseDevelopmentEmulator must be `true` or `false`
        ");
    }
}
