//! Every page of `docs/authentication/` has an example that loads and does what the page is about.

use std::fs;
use std::path::Path;

use firebell::config::{Workflow, schema};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use super::examples::loaded;
use super::markdown::blocks;
use super::schemas::{must_be_valid, validator};
use super::{files, text_of};

/// The files that the examples name, such as a deployment puts them there.
fn write_secrets(folder: &Path) {
    fs::create_dir(folder.join("secrets")).unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.join("secrets").join(name), text).unwrap();
    };
    for name in ["token", "password", "api-key", "client-secret"] {
        write(name, "a-secret\n");
    }
    let page = text_of("docs/authentication/standard-webhooks.md");
    let two = blocks(&page).into_iter().find(|block| block.info == "text");
    write("signing", &two.unwrap().text);
    write(
        "signing-key",
        "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    );
    let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    write("client.key", &key.serialize_pem());
    write("client.pem", &certificate.pem());
    write("corp-ca.pem", &certificate.pem());
}

/// Whether an example shows what its page is about.
fn shows(page: &str, workflow: &Workflow) -> bool {
    let access = &workflow.access;
    match page {
        "mtls" => access.tls.authorities.is_some(),
        "standard-webhooks" => !access.signing.is_off(),
        kind => access.auth.kind() == kind,
    }
}

#[test]
fn every_example_of_authentication_loads() {
    let folder = TempDir::new().unwrap();
    write_secrets(folder.path());
    let validator = validator(&schema::configuration());
    let mut pages = Vec::new();
    for path in files("docs/authentication") {
        let page = Path::new(&path).file_stem().unwrap().to_str().unwrap();
        let examples = blocks(&text_of(&path));
        let examples = examples
            .iter()
            .filter(|block| block.info == "yaml authentication");
        for example in examples {
            let file = folder.path().join("firebell.yaml");
            fs::write(&file, format!("sources: [events]\n{}", example.text)).unwrap();
            must_be_valid(&validator, &example.text, &path);
            let config = loaded(file);
            let workflow = config.workflows.values().next().unwrap();
            assert!(shows(page, workflow), "{path}: {}", example.text);
            pages.push(page.to_owned());
        }
    }
    pages.dedup();
    let kinds = [
        "basic",
        "bearer",
        "entra",
        "header",
        "mtls",
        "oauth2",
        "standard-webhooks",
    ];
    assert_eq!(pages, kinds, "pages with an example");
}

#[test]
fn the_index_links_every_page() {
    let index = text_of("docs/authentication/README.md");
    for path in files("docs/authentication") {
        let name = path.rsplit('/').next().unwrap();
        assert!(
            name == "README.md" || index.contains(&format!("]({name})")),
            "{name}"
        );
    }
}
