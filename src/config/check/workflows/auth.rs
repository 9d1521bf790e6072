//! The `auth` section.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::config::check::oauth::{GrantFields, token_endpoint};
use crate::config::{Auth, AuthHeader, AuthToken, Rotating};
use crate::document::{Field, Piece, Section, Value};

pub(in crate::config::check) const TYPES: [(&str, Type); 6] = [
    ("none", Type::None),
    ("bearer", Type::Bearer),
    ("basic", Type::Basic),
    ("header", Type::Header),
    ("oauth2", Type::Oauth2),
    ("entra", Type::Entra),
];

#[derive(Clone, Copy)]
pub(in crate::config::check) enum Type {
    None,
    Bearer,
    Basic,
    Header,
    Oauth2,
    Entra,
}

/// The public cloud's; sovereign clouds have their own.
const AUTHORITY: &str = "https://login.microsoftonline.com";
/// What a Logic App's authorization policy usually asks for.
const SCOPE: &str = "https://management.azure.com/.default";

/// Headers that the request has of its own.
const OWN: [&str; 8] = [
    "connection",
    "content-length",
    "content-type",
    "host",
    "traceparent",
    "transfer-encoding",
    "user-agent",
    "x-ms-client-tracking-id",
];

const GRANT: [&str; 10] = [
    "client_id",
    "client_secret",
    "client_secret_in",
    "key_file",
    "certificate_file",
    "key_algorithm",
    "federated_token_file",
    "scope",
    "parameters",
    "ca_file",
];

pub(super) fn auth(mut section: Section<'_>, folder: &Path) -> Option<Auth> {
    let chosen = section.field("type").choice(&TYPES);
    let fields = Fields::of(&mut section);
    section.finish();
    match chosen? {
        Type::None => {
            fields.only("none", &[]);
            Some(Auth::None)
        }
        Type::Bearer => fields.bearer(),
        Type::Basic => fields.basic(),
        Type::Header => fields.header(),
        Type::Oauth2 => fields.oauth2(folder),
        Type::Entra => fields.entra(folder),
    }
}

/// The fields of all types; those of the others must be empty.
struct Fields<'a> {
    token: Field<'a>,
    username: Field<'a>,
    password: Field<'a>,
    name: Field<'a>,
    value: Field<'a>,
    token_endpoint: Field<'a>,
    tenant: Field<'a>,
    authority: Field<'a>,
    grant: GrantFields<'a>,
}

impl<'a> Fields<'a> {
    fn of(section: &mut Section<'a>) -> Self {
        Self {
            token: section.field("token").secret(),
            username: section.field("username").secret(),
            password: section.field("password").secret(),
            name: section.field("name"),
            value: section.field("value").secret(),
            token_endpoint: section.field("token_endpoint"),
            tenant: section.field("tenant"),
            authority: section.field("authority"),
            grant: GrantFields::of(section),
        }
    }

    /// A secret that is set and not used is a request less secure than its owner thinks.
    fn only(&self, chosen: &str, used: &[&[&str]]) {
        let own = [
            ("token", &self.token),
            ("username", &self.username),
            ("password", &self.password),
            ("name", &self.name),
            ("value", &self.value),
            ("token_endpoint", &self.token_endpoint),
            ("tenant", &self.tenant),
            ("authority", &self.authority),
        ];
        for (name, field) in own.into_iter().chain(self.grant.named()) {
            if !used.iter().any(|names| names.contains(&name)) {
                refuse(field, &format!("not used with `type: {chosen}`"));
            }
        }
    }

    fn bearer(&self) -> Option<Auth> {
        self.only("bearer", &[&["token"]]);
        let parse = |token: &str| header_value(&format!("Bearer {}", token.trim()));
        let value = Rotating::of(&self.token, Box::new(parse))?;
        let (kind, name) = ("bearer", AUTHORIZATION);
        Some(Auth::Header(AuthHeader { kind, name, value }))
    }

    fn basic(&self) -> Option<Auth> {
        self.only("basic", &[&["username", "password"]]);
        let (name, secret) = (self.username.text(), self.password.text());
        // The first colon ends the name (RFC 7617 section 2).
        if name?.contains(':') {
            self.username.wrong("must not hold a colon");
        }
        let colon = [Piece::Text(":".to_owned())];
        let (name, secret) = (
            pieces(&self.username, name?),
            pieces(&self.password, secret?),
        );
        let pieces = [&*name, &colon, &*secret].concat();
        let parse = |pair: &str| header_value(&format!("Basic {}", STANDARD.encode(pair)));
        let value = Rotating::new(self.password.key(), pieces.into(), Box::new(parse));
        let value = self.password.valid(value)?;
        let (kind, name) = ("basic", AUTHORIZATION);
        Some(Auth::Header(AuthHeader { kind, name, value }))
    }

    fn header(&self) -> Option<Auth> {
        self.only("header", &[&["name", "value"]]);
        let value = Rotating::of(&self.value, Box::new(header_value));
        let (kind, name, value) = ("header", header_name(&self.name)?, value?);
        Some(Auth::Header(AuthHeader { kind, name, value }))
    }

    fn oauth2(self, folder: &Path) -> Option<Auth> {
        self.only("oauth2", &[&["token_endpoint"], &GRANT]);
        let endpoint = token_endpoint(&self.token_endpoint);
        let grant = self.grant.grant(endpoint, None, folder)?;
        let kind = "oauth2";
        Some(Auth::Token(AuthToken { kind, grant }))
    }

    fn entra(self, folder: &Path) -> Option<Auth> {
        self.only("entra", &[&["tenant", "authority"], &GRANT]);
        let endpoint = entra_endpoint(&self.authority, &self.tenant);
        let grant = self.grant.grant(endpoint, Some(SCOPE), folder)?;
        let kind = "entra";
        Some(Auth::Token(AuthToken { kind, grant }))
    }
}

fn refuse(field: &Field<'_>, message: &str) {
    let Some(field) = field.clone().optional() else {
        return;
    };
    let empty = field
        .node()
        .is_some_and(|node| matches!(&node.value, Value::Map(entries) if entries.is_empty()));
    if !empty {
        field.wrong(message);
    }
}

/// What a text was put together from.
fn pieces(field: &Field<'_>, text: &str) -> Arc<[Piece]> {
    let whole = || Arc::from([Piece::Text(text.to_owned())]);
    field.pieces().unwrap_or_else(whole)
}

fn header_value(text: &str) -> Result<HeaderValue, String> {
    let value = HeaderValue::from_str(text);
    let mut value = value.map_err(|_invalid| "has signs that no header may hold")?;
    value.set_sensitive(true);
    Ok(value)
}

fn header_name(field: &Field<'_>) -> Option<HeaderName> {
    let Ok(name) = field.text()?.parse::<HeaderName>() else {
        return field.mismatch("the name of a header, such as `x-api-key`", None);
    };
    let ours = |prefix| name.as_str().starts_with(prefix);
    if OWN.contains(&name.as_str()) || ours("webhook-") || ours("ce-") {
        field.wrong("is a header that the request has of its own");
    }
    Some(name)
}

/// The token endpoint of a tenant.
pub(in crate::config::check) fn entra_endpoint(
    authority: &Field<'_>,
    tenant: &Field<'_>,
) -> Option<Url> {
    let mut endpoint = match authority.clone().optional() {
        Some(field) => token_endpoint(&field),
        None => Url::parse(AUTHORITY).ok(),
    };
    let name = tenant.text()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if !name.chars().all(fits) || name.starts_with('.') {
        return tenant.mismatch("a tenant: its id, or a domain of it", None);
    }
    if let Some(endpoint) = &mut endpoint {
        endpoint.set_path(&format!("/{name}/oauth2/v2.0/token"));
        endpoint.set_query(None);
    }
    endpoint
}
