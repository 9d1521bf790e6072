//! Apache Kafka as it is secured: one node for the whole test process, with a listener of each
//! kind. Started at the first call, and like the other one absent where it cannot be had.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::certificates::{Authority, written};
use super::issuer::Signer;
use super::jars;
use super::kafka::{self, Launch, Node};
use super::ports::free_port;
use super::silence::SECRET;

/// The node and what a client needs to be let in.
pub(crate) struct Secured {
    /// Without anything, for the tests' own reading and writing.
    pub(crate) plain: String,
    /// TLS; a client's certificate is not asked for.
    pub(crate) tls: String,
    /// TLS; a client's certificate is required.
    pub(crate) mutual: String,
    /// SASL within TLS: PLAIN, SCRAM, OAUTHBEARER.
    pub(crate) sasl: String,
    /// Signs the tokens that it takes.
    pub(crate) signer: Arc<Signer>,
    files: PathBuf,
    _node: Node,
}

/// The user that it knows, by PLAIN and SCRAM.
pub(crate) const USER: &str = "firebell";

/// The node; none where it cannot be had.
pub(crate) fn secured() -> Option<&'static Secured> {
    static SECURED: OnceLock<Option<Secured>> = OnceLock::new();
    let started = || kafka::found(kafka::wanted().and_then(|()| start()));
    SECURED.get_or_init(started).as_ref()
}

impl Secured {
    /// The path of one of its files: `ca.pem`, `other-ca.pem`, `client.pem`, `client.key`,
    /// `stranger.pem`, `stranger.key`.
    pub(crate) fn file(&self, name: &str) -> Value {
        json!(self.files.join(name))
    }
}

fn start() -> Result<Secured, String> {
    let libs = jars::folder()?;
    let home = kafka::home()?;
    let files = certificates(&home);
    let signer = Arc::new(Signer::new());
    let keys = written(&files, "keys.json", &signer.key_set().to_string());
    let [plain, controller, tls, mutual, sasl] =
        std::array::from_fn(|_| format!("127.0.0.1:{}", free_port()));
    let listeners = format!("TLS://{tls},MUTUAL://{mutual},SASL://{sasl}");
    let properties =
        kafka::properties(&home, (&plain, &controller), &listeners) + &security(&files, &keys);
    let scram = |mechanism| format!("{mechanism}=[name={USER},password={SECRET}]");
    let launch = Launch {
        format: ["SCRAM-SHA-256", "SCRAM-SHA-512"]
            .into_iter()
            .flat_map(|mechanism| ["--add-scram".to_owned(), scram(mechanism)])
            .collect(),
        jvm: vec![format!(
            "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://{}",
            keys.display()
        )],
        properties,
    };
    let node = kafka::start(&libs, &home, &plain, &launch)?;
    Ok(Secured {
        plain,
        tls,
        mutual,
        sasl,
        signer,
        files,
        _node: node,
    })
}

fn certificates(home: &Path) -> PathBuf {
    let files = home.join("files");
    fs::create_dir_all(&files).unwrap();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let server = ours.sign("kafka");
    let pair = format!("{}{}", server.key, server.certificate);
    written(&files, "server.pem", &pair);
    written(&files, "ca.pem", ours.certificate());
    written(&files, "other-ca.pem", other.certificate());
    for (name, authority) in [("client", &ours), ("stranger", &other)] {
        let identity = authority.sign(name);
        written(&files, &format!("{name}.pem"), &identity.certificate);
        written(&files, &format!("{name}.key"), &identity.key);
    }
    files
}

fn security(files: &Path, keys: &Path) -> String {
    let (files, keys) = (files.display(), keys.display());
    let modules = "org.apache.kafka.common.security";
    format!(
        "ssl.keystore.type=PEM
ssl.keystore.location={files}/server.pem
ssl.truststore.type=PEM
ssl.truststore.location={files}/ca.pem
listener.name.mutual.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl.plain.sasl.jaas.config={modules}.plain.PlainLoginModule required user_{USER}=\"{SECRET}\";
listener.name.sasl.scram-sha-256.sasl.jaas.config={modules}.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-512.sasl.jaas.config={modules}.scram.ScramLoginModule required;
listener.name.sasl.oauthbearer.sasl.jaas.config={modules}.oauthbearer.OAuthBearerLoginModule required;
listener.name.sasl.oauthbearer.sasl.server.callback.handler.class={modules}.oauthbearer.OAuthBearerValidatorCallbackHandler
listener.name.sasl.oauthbearer.connections.max.reauth.ms=3600000
sasl.oauthbearer.jwks.endpoint.url=file://{keys}
sasl.oauthbearer.expected.audience=kafka
"
    )
}
