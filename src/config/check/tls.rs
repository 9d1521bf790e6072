//! Certificates in PEM files.

use std::path::Path;

use reqwest::{Certificate, Client, Identity};

use super::oauth::file;
use crate::config::{Rotating, WorkflowTls, pem};
use crate::document::{Field, Piece, Section};

/// The `tls` section of a workflow.
pub(super) fn tls(mut section: Section<'_>, folder: &Path) -> Option<WorkflowTls> {
    let ca = section.field("ca_file").optional();
    let certificate = section.field("certificate_file").optional();
    let key = section.field("key_file").optional();
    section.finish();
    let authorities = ca.map(|field| authorities(&field, folder));
    let identity = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(identity(&certificate, &key, folder)),
        (Some(certificate), None) => {
            certificate.wrong("needs key_file beside it");
            None
        }
        (None, Some(key)) => {
            key.wrong("needs certificate_file beside it");
            None
        }
        (None, None) => None,
    };
    Some(WorkflowTls {
        authorities: match authorities {
            Some(authorities) => Some(authorities?),
            None => None,
        },
        identity: match identity {
            Some(identity) => Some(identity?),
            None => None,
        },
    })
}

/// The authorities of a file: one at least.
pub(super) fn authorities(field: &Field<'_>, folder: &Path) -> Option<Rotating<Vec<Certificate>>> {
    let pieces = file(field, folder)?;
    let parse = |text: &str| {
        let blocks = pem::blocks(text);
        if !blocks.iter().any(|block| block.label == "CERTIFICATE") {
            return Err("holds no certificate in PEM".to_owned());
        }
        let read = Certificate::from_pem_bundle(text.as_bytes());
        let authorities = read.map_err(|error| of_library(&error))?;
        let builder = Client::builder().tls_certs_only(authorities.clone());
        builder.build().map_err(|error| of_library(&error))?;
        Ok(authorities)
    };
    field.valid(Rotating::new(field.key(), pieces, Box::new(parse)))
}

fn identity(certificate: &Field<'_>, key: &Field<'_>, folder: &Path) -> Option<Rotating<Identity>> {
    let line_break = [Piece::Text("\n".to_owned())];
    let (public, private) = (file(certificate, folder)?, file(key, folder)?);
    let pieces = [&*public, &line_break, &*private].concat();
    let parse = |text: &str| {
        let blocks = pem::blocks(text);
        let has = |fits: fn(&str) -> bool| blocks.iter().any(|block| fits(&block.label));
        if !has(|label| label == "CERTIFICATE") {
            return Err("certificate_file holds no certificate in PEM".to_owned());
        }
        if has(|label| label == "ENCRYPTED PRIVATE KEY") {
            return Err("the key of key_file must not be encrypted".to_owned());
        }
        if !has(|label| label.ends_with("PRIVATE KEY")) {
            return Err("key_file holds no private key in PEM".to_owned());
        }
        let read = Identity::from_pem(text.as_bytes());
        let identity = read.map_err(|error| of_library(&error))?;
        // Only a client says whether the key is the certificate's.
        let builder = Client::builder().identity(identity.clone());
        builder.build().map_err(|error| of_library(&error))?;
        Ok(identity)
    };
    certificate.valid(Rotating::new(
        certificate.key(),
        pieces.into(),
        Box::new(parse),
    ))
}

/// What the library says last: it knows no path and shows no content.
fn of_library(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    format!("cannot be used: {last}")
}
