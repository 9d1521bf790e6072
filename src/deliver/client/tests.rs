use std::fs;
use std::net::SocketAddr;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use reqwest::{Method, Request, StatusCode, Url};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::*;
use crate::config::{Config, Sources, load};
use crate::deliver::attempt::describe;
use crate::deliver::sender::{SendError, Sender};
use crate::reason::Failure;

/// An authority that nobody knows but who has its file.
struct Authority {
    der: CertificateDer<'static>,
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            der: certificate.der().clone(),
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for this name, in PEM, and its key.
    fn issue(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// Writes a client's certificate and key into a folder.
    fn write_client(&self, folder: &TempDir, name: &str) -> CertificateDer<'static> {
        let (certificate, key) = self.issue(name, ExtendedKeyUsagePurpose::ClientAuth);
        fs::write(folder.path().join("us.pem"), certificate.pem()).unwrap();
        fs::write(folder.path().join("us.key"), key.serialize_pem()).unwrap();
        certificate.der().clone()
    }
}

type Seen = Arc<Mutex<Vec<Option<CertificateDer<'static>>>>>;

/// A server that takes requests from clients of the authority alone, and notes who they are.
async fn server(authority: &Authority) -> (SocketAddr, Seen) {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der.clone()).unwrap();
    let provider = Arc::new(default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let (certificate, key) = authority.issue("server", ExtendedKeyUsagePurpose::ServerAuth);
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => stream,
                Err((_, mut refused)) => {
                    // What it sent is read to its end, or the alert would be lost with it.
                    let mut rest = Vec::new();
                    let _ended = refused.read_to_end(&mut rest).await;
                    continue;
                }
            };
            let client = stream.get_ref().1.peer_certificates();
            let client = client
                .and_then(|chain| chain.first())
                .map(|one| one.clone().into_owned());
            noted.lock().unwrap().push(client);
            let mut request = [0; 4096];
            let _read = stream.read(&mut request).await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (address, seen)
}

fn configuration(folder: &TempDir, address: SocketAddr, tls: &str) -> Config {
    let file = folder.path().join("firebell.yaml");
    let url = format!("https://localhost:{}/", address.port());
    let workflow = format!("{{ url: '{url}', tls: {{ {tls} }} }}");
    fs::write(
        &file,
        format!("sources: [a]\nworkflows: {{ w: {workflow} }}\n"),
    )
    .unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    load(&sources).unwrap_or_else(|error| panic!("{error}"))
}

fn sender(config: &Config) -> Sender {
    Sender::new("w", &config.workflows["w"]).unwrap()
}

async fn send(config: &Config, sender: &Sender) -> Result<StatusCode, Failure> {
    let url: Url = config.workflows["w"].url.expose().as_ref().clone();
    match sender.send(Request::new(Method::POST, url)).await {
        Ok(answer) => Ok(answer.status()),
        Err(SendError::Http(error)) => Err(describe(error)),
        Err(SendError::NoToken(error)) => panic!("{error}"),
    }
}

const ALL: &str = "ca_file: ca.pem, certificate_file: us.pem, key_file: us.key";

#[tokio::test]
async fn a_server_that_asks_who_we_are_is_told() {
    let (authority, folder) = (Authority::new(), TempDir::new().unwrap());
    fs::write(folder.path().join("ca.pem"), &authority.pem).unwrap();
    let us = authority.write_client(&folder, "us");
    let (address, seen) = server(&authority).await;
    let config = configuration(&folder, address, ALL);
    assert_eq!(send(&config, &sender(&config)).await, Ok(StatusCode::OK));
    assert_eq!(*seen.lock().unwrap(), [Some(us)]);
}

#[tokio::test]
async fn without_a_certificate_or_with_a_strange_one_the_failure_says_why() {
    let (authority, folder) = (Authority::new(), TempDir::new().unwrap());
    fs::write(folder.path().join("ca.pem"), &authority.pem).unwrap();
    Authority::new().write_client(&folder, "stranger");
    let (address, seen) = server(&authority).await;
    let mut said = Vec::new();
    for tls in ["ca_file: ca.pem", ALL, ""] {
        let config = configuration(&folder, address, tls);
        said.push(send(&config, &sender(&config)).await.unwrap_err().text);
    }
    assert!(said[0].contains("CertificateRequired"), "{said:?}");
    assert!(
        said[1].contains("UnknownCA") || said[1].contains("DecryptError"),
        "{said:?}"
    );
    assert!(
        said[2].contains("UnknownIssuer"),
        "the server of an unknown authority: {said:?}"
    );
    assert!(seen.lock().unwrap().is_empty(), "it took a request");
}

#[tokio::test]
async fn a_rotated_certificate_is_used_and_a_broken_one_is_not() {
    let (authority, folder) = (Authority::new(), TempDir::new().unwrap());
    fs::write(folder.path().join("ca.pem"), &authority.pem).unwrap();
    let first = authority.write_client(&folder, "first");
    let (address, seen) = server(&authority).await;
    let config = configuration(&folder, address, ALL);
    let sender = sender(&config);
    let look = || {
        let watched = config.watched();
        watched.iter().for_each(crate::config::Watched::look);
    };
    send(&config, &sender).await.unwrap();
    fs::write(folder.path().join("us.pem"), "half of a certif").unwrap();
    look();
    send(&config, &sender).await.unwrap();
    let second = authority.write_client(&folder, "second");
    look();
    send(&config, &sender).await.unwrap();
    let expected = [Some(first.clone()), Some(first), Some(second)];
    assert_eq!(*seen.lock().unwrap(), expected);
}
