//! The `kafka.security` section.

use std::path::{Path, PathBuf};

use super::oauth::{GrantFields, token_endpoint};
use crate::config::{Grant, Login, Sasl, Secret, Security, Tls};
use crate::document::{Field, Section, Value};

pub(super) const PROTOCOLS: [(&str, Protocol); 4] = [
    ("plaintext", Protocol::Plaintext),
    ("tls", Protocol::Tls),
    ("sasl_plaintext", Protocol::SaslPlaintext),
    ("sasl_tls", Protocol::SaslTls),
];

pub(super) const MECHANISMS: [(&str, Mechanism); 4] = [
    ("PLAIN", Mechanism::Plain),
    ("SCRAM-SHA-256", Mechanism::ScramSha256),
    ("SCRAM-SHA-512", Mechanism::ScramSha512),
    ("OAUTHBEARER", Mechanism::OauthBearer),
];

#[derive(Clone, Copy)]
pub(super) enum Protocol {
    Plaintext,
    Tls,
    SaslPlaintext,
    SaslTls,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    ScramSha256,
    ScramSha512,
    OauthBearer,
}

pub(super) fn security(mut section: Section<'_>, folder: &Path) -> Option<Security> {
    let protocol = section.field("protocol").choice(&PROTOCOLS);
    let tls_field = section.field("tls");
    let sasl_field = section.field("sasl");
    section.finish();
    let tls = |field: &Field<'_>| field.section().map(|section| tls(section, folder));
    let sasl = |field: &Field<'_>| sasl(field.section()?, folder);
    match protocol? {
        Protocol::Plaintext => {
            unused(&tls_field, "`tls` or `sasl_tls`");
            unused(&sasl_field, "`sasl_tls` or `sasl_plaintext`");
            Some(Security::Plaintext)
        }
        Protocol::Tls => {
            unused(&sasl_field, "`sasl_tls`");
            Some(Security::Tls(tls(&tls_field)?))
        }
        Protocol::SaslPlaintext => {
            unused(&tls_field, "`sasl_tls`");
            Some(Security::SaslPlaintext(sasl(&sasl_field)?))
        }
        Protocol::SaslTls => {
            let (tls, sasl) = (tls(&tls_field), sasl(&sasl_field));
            Some(Security::SaslTls(tls?, sasl?))
        }
    }
}

/// A password that is set and not used is a connection less secure than its owner thinks.
fn unused(field: &Field<'_>, instead: &str) {
    let section = field.clone().optional().and_then(|field| field.section());
    for (_, field) in section.into_iter().flat_map(Section::named) {
        let message =
            format!("not used with this protocol; set kafka.security.protocol to {instead}");
        refuse(field, &message);
    }
}

pub(super) fn refuse(field: Field<'_>, message: &str) {
    let empty = |field: &Field<'_>| {
        let node = field.node();
        node.is_some_and(|node| matches!(&node.value, Value::Map(entries) if entries.is_empty()))
    };
    if let Some(field) = field.optional().filter(|field| !empty(field)) {
        field.wrong(message);
    }
}

fn tls(mut section: Section<'_>, folder: &Path) -> Tls {
    let ca_file = file(section.field("ca_file"), folder);
    let certificate = section.field("certificate_file");
    let key = section.field("key_file");
    let certificate_file = file(certificate.clone(), folder);
    let key_file = file(key.clone(), folder);
    let key_password = section.field("key_password").secret().optional();
    section.finish();
    if certificate_file.is_some() && key_file.is_none() {
        certificate.wrong("needs key_file beside it");
    }
    if key_file.is_some() && certificate_file.is_none() {
        key.wrong("needs certificate_file beside it");
    }
    let key_password = key_password.and_then(|field| field.text()).map(secret);
    Tls {
        ca_file,
        certificate_file,
        key_file,
        key_password,
    }
}

fn file(field: Field<'_>, folder: &Path) -> Option<PathBuf> {
    field
        .optional()
        .and_then(|field| field.text())
        .map(|path| folder.join(path))
}

fn sasl(mut section: Section<'_>, folder: &Path) -> Option<Sasl> {
    let mechanism = section.field("mechanism").choice(&MECHANISMS);
    let credentials = Credentials::of(&mut section);
    section.finish();
    Some(match mechanism? {
        Mechanism::Plain => Sasl::Plain(credentials.login()?),
        Mechanism::ScramSha256 => Sasl::ScramSha256(credentials.login()?),
        Mechanism::ScramSha512 => Sasl::ScramSha512(credentials.login()?),
        Mechanism::OauthBearer => Sasl::OauthBearer(Box::new(credentials.grant(folder)?)),
    })
}

/// The fields of all mechanisms; those of the others must be empty.
struct Credentials<'a> {
    username: Field<'a>,
    password: Field<'a>,
    token_endpoint: Field<'a>,
    grant: GrantFields<'a>,
}

impl<'a> Credentials<'a> {
    fn of(section: &mut Section<'a>) -> Self {
        Self {
            username: section.field("username"),
            password: section.field("password").secret(),
            token_endpoint: section.field("token_endpoint"),
            grant: GrantFields::of(section),
        }
    }

    fn login(self) -> Option<Login> {
        let named = self.grant.named();
        let others = named.into_iter().map(|(_, field)| field);
        for field in others.chain([&self.token_endpoint]) {
            refuse(field.clone(), "used with mechanism OAUTHBEARER alone");
        }
        let (username, password) = (self.username.text(), self.password.text());
        Some(Login {
            username: username?.to_owned(),
            password: secret(password?),
        })
    }

    fn grant(self, folder: &Path) -> Option<Grant> {
        for field in [self.username, self.password] {
            refuse(field, "not used with mechanism OAUTHBEARER");
        }
        let endpoint = token_endpoint(&self.token_endpoint);
        self.grant.grant(endpoint, None, folder)
    }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}
