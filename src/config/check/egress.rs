//! The `egress` section.

use ipnet::IpNet;
use reqwest::Url;

use crate::config::{Egress, Secret};
use crate::document::{Field, Section};
use crate::egress::{Exceptions, Name, Private, Rules, is_forbidden};

pub(super) fn egress(mut section: Section<'_>) -> Option<Egress> {
    let denied = section.field("deny_private").flag();
    let (networks, names) = section.field("allow").section().map(allow)?;
    let proxy = proxy(section.field("proxy").secret());
    section.finish();
    let private = if denied? {
        let (networks, names) = (list(&networks, network), list(&names, name));
        Private::Denied(Exceptions {
            networks: networks?,
            names: names?,
        })
    } else {
        unused(&networks);
        unused(&names);
        Private::Allowed
    };
    Some(Egress {
        rules: Rules { private },
        proxy,
    })
}

fn allow(mut section: Section<'_>) -> (Field<'_>, Field<'_>) {
    let fields = (section.field("networks"), section.field("names"));
    section.finish();
    fields
}

fn list<T>(field: &Field<'_>, one: fn(&Field<'_>) -> Option<T>) -> Option<Vec<T>> {
    let items: Vec<Option<T>> = field.items()?.iter().map(one).collect();
    items.into_iter().collect()
}

/// Who lists what may be called thinks that nothing else is.
fn unused(field: &Field<'_>) {
    if field.items().is_some_and(|items| !items.is_empty()) {
        let help = "it excepts from egress.deny_private: set that to true, or leave this out";
        field.problem("restricts nothing", Some(help.to_owned()));
    }
}

/// A network, or one address.
fn network(field: &Field<'_>) -> Option<IpNet> {
    let text = field.text()?;
    let network = text
        .parse()
        .ok()
        .or_else(|| Some(IpNet::from(text.parse::<std::net::IpAddr>().ok()?)));
    let Some(network) = network else {
        return field.mismatch("a network such as `10.0.0.0/8`, or an address", None);
    };
    // Both ends are: what is between them is, too, or is nothing that anyone means.
    if is_forbidden(network.network()) && is_forbidden(network.broadcast()) {
        field.wrong("is link-local or a cloud's metadata service, which is never called");
    }
    Some(network)
}

fn name(field: &Field<'_>) -> Option<Name> {
    field.valid(Name::parse(field.text()?))
}

/// A mistake counts as none: its problem fails the whole reading.
fn proxy(field: Field<'_>) -> Option<Secret<Url>> {
    let field = field.optional()?;
    let url = Url::parse(field.text()?).ok().filter(|url| {
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && bare
    });
    let Some(url) = url else {
        field.wrong("expected a proxy's URL, `http://HOST:PORT` or `https://HOST:PORT`; it may hold a password and is not shown");
        return None;
    };
    if let Err(refusal) = Rules::OPEN.host(url.host_str().unwrap_or_default()) {
        field.wrong(&refusal.to_string());
    }
    Some(Secret::new(url))
}
