use std::fs;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};

use super::kit::{Case, LEAST};
use crate::config::{Auth, Config, Credential, Watched, Workflow};

/// A workflow with these keys.
fn with(keys: &str) -> Case {
    let workflow = format!("{{ url: 'https://x.test/p?api-version=1&sig=HUSH', {keys} }}");
    Case::new(&format!("{LEAST}workflows: {{ w: {workflow} }}\n"))
}

fn workflow(config: &Config) -> &Workflow {
    &config.workflows["w"]
}

/// A certificate and its key, in `NAME.pem` and `NAME.key`.
fn with_pair(case: Case, name: &str) -> Case {
    let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    case.with_file(&format!("{name}.pem"), &certificate.pem())
        .with_file(&format!("{name}.key"), &key.serialize_pem())
}

fn refused(keys: &str) -> String {
    let said = with_pair(with_pair(with(keys), "a"), "b")
        .with_file("empty", "")
        .with_file("words", "no certificate")
        .refused();
    assert!(!said.contains("HUSH"), "{said}");
    said
}

const AUTH_MISTAKES: [&str; 17] = [
    "auth: { type: bear }",
    "auth: { type: bearer }",
    "auth: { type: bearer, token: \"HUSH\\nHUSH\" }",
    "auth: { type: bearer, token: '${file:empty}' }",
    "auth: { type: bearer, token: '${file:none}' }",
    "auth: { token: HUSH, parameters: { a: HUSH } }",
    "auth: { type: basic, username: 'me:HUSH', token: HUSH }",
    "auth: { type: header, name: 'x y', value: HUSH }",
    "auth: { type: header, name: webhook-id, value: HUSH }",
    "auth: { type: oauth2, client_id: us, client_secret: HUSH }",
    "auth: { type: oauth2, token_endpoint: 'http://x.test/t', client_id: us, client_secret: HUSH }",
    "auth: { type: oauth2, token_endpoint: 'https://x.test/t', client_id: us }",
    "auth: { type: entra, tenant: 'a/b', client_id: us, client_secret: HUSH, key_file: a.key }",
    "auth: { type: entra, tenant: t, client_id: us, key_file: a.key, certificate_file: b.pem }",
    "auth: { type: entra, tenant: t, client_id: us, key_file: words, client_secret_in: header }",
    "auth: { type: entra, tenant: t, client_id: us, client_secret: HUSH, parameters: { scope: HUSH } }",
    "auth: { type: entra, tenant: t, client_id: us, federated_token_file: none }",
];

#[test]
fn what_is_wrong_with_an_auth_section_is_told_without_a_secret() {
    let said = AUTH_MISTAKES.map(refused);
    insta::assert_snapshot!(said.join("\n"), @"
    firebell.yaml:2:75: workflows.w.auth.type: unknown value `bear`
        help: did you mean `bearer`? known here: none, bearer, basic, header, oauth2, entra
    1 problem
    firebell.yaml:2:67: workflows.w.auth.token: missing
    1 problem
    firebell.yaml:2:89: workflows.w.auth.token: has signs that no header may hold
    1 problem
    firebell.yaml:2:89: workflows.w.auth.token: must not be empty
    1 problem
    firebell.yaml:2:89: workflows.w.auth.token: failed to read the file `none`: No such file or directory (os error 2)
    1 problem
    firebell.yaml:2:75: workflows.w.auth.token: not used with `type: none`
    firebell.yaml:2:88: workflows.w.auth.parameters: not used with `type: none`
    2 problems
    firebell.yaml:2:67: workflows.w.auth.password: missing
    firebell.yaml:2:88: workflows.w.auth.username: must not hold a colon
    firebell.yaml:2:109: workflows.w.auth.token: not used with `type: basic`
    3 problems
    firebell.yaml:2:89: workflows.w.auth.name: expected the name of a header, such as `x-api-key`, found `x y`
    1 problem
    firebell.yaml:2:89: workflows.w.auth.name: is a header that the request has of its own
    1 problem
    firebell.yaml:2:67: workflows.w.auth.token_endpoint: missing
    1 problem
    firebell.yaml:2:89: workflows.w.auth.token_endpoint: expected a URL, `https://…`; `http://…` on this host alone, found `http://x.test/t`
    1 problem
    firebell.yaml:2:125: workflows.w.auth.client_id: needs one of client_secret, key_file and federated_token_file
    1 problem
    firebell.yaml:2:88: workflows.w.auth.tenant: expected a tenant: its id, or a domain of it, found `a/b`
    firebell.yaml:2:103: workflows.w.auth.client_id: needs one of client_secret, key_file and federated_token_file, not more
    2 problems
    firebell.yaml:2:114: workflows.w.auth.key_file: the certificate is not that of the key
    1 problem
    firebell.yaml:2:114: workflows.w.auth.key_file: key_file holds no private key in PEM
    firebell.yaml:2:131: workflows.w.auth.client_secret_in: used with client_secret alone
    2 problems
    firebell.yaml:2:149: workflows.w.auth.parameters.scope: has a key of its own, or is not to be changed
    1 problem
    firebell.yaml:2:114: workflows.w.auth.federated_token_file: failed to read the file `none`: No such file or directory (os error 2)
    1 problem
    ");
}

#[test]
fn what_is_wrong_with_signing_and_certificates_is_told_without_a_secret() {
    let said = [
        "signing: { secrets: [HUSH] }",
        "signing: { secrets: ['whsec_SFVTSA=='] }",
        "signing: { secrets: ['whsec_HUSH!'], private_key: HUSH }",
        "signing: { private_key: 'whsk_SFVTSA==' }",
        "signing: { private_key: 'whsk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==' }",
        "tls: { ca_file: words }",
        "tls: { ca_file: none }",
        "tls: { certificate_file: a.pem }",
        "tls: { key_file: a.key }",
        "tls: { certificate_file: words, key_file: a.key }",
        "tls: { certificate_file: a.pem, key_file: words }",
        "tls: { certificate_file: a.pem, key_file: b.key }",
    ]
    .map(refused);
    insta::assert_snapshot!(said.join("\n"), @"
    firebell.yaml:2:88: workflows.w.signing.secrets[0]: expected `whsec_` and base64; it is a secret and not shown
    1 problem
    firebell.yaml:2:88: workflows.w.signing.secrets[0]: a secret has 24 to 64 bytes, and this one 4
    1 problem
    firebell.yaml:2:88: workflows.w.signing.secrets[0]: expected `whsec_` and base64; it is a secret and not shown
    firebell.yaml:2:104: workflows.w.signing.private_key: expected `whsk_` and base64; it is a secret and not shown
    2 problems
    firebell.yaml:2:78: workflows.w.signing.private_key: a key has 32 or 64 bytes, and this one 4
    1 problem
    firebell.yaml:2:78: workflows.w.signing.private_key: the second half is not the public key of the first
    1 problem
    firebell.yaml:2:74: workflows.w.tls.ca_file: holds no certificate in PEM
    1 problem
    firebell.yaml:2:74: workflows.w.tls.ca_file: failed to read the file `none`: No such file or directory (os error 2)
    1 problem
    firebell.yaml:2:74: workflows.w.tls.certificate_file: needs key_file beside it
    1 problem
    firebell.yaml:2:74: workflows.w.tls.key_file: needs certificate_file beside it
    1 problem
    firebell.yaml:2:74: workflows.w.tls.certificate_file: certificate_file holds no certificate in PEM
    1 problem
    firebell.yaml:2:74: workflows.w.tls.certificate_file: key_file holds no private key in PEM
    1 problem
    firebell.yaml:2:74: workflows.w.tls.certificate_file: cannot be used: keys may not be consistent: KeyMismatch
    1 problem
    ");
}

#[test]
fn a_workflow_that_names_a_type_takes_nothing_from_the_defaults() {
    let text = "workflow_defaults: { auth: { type: bearer, token: a } }
workflows:
  inherits: { url: 'https://x.test/' }
  own-token: { url: 'https://x.test/', auth: { token: b } }
  own-type: { url: 'https://x.test/', auth: { type: basic, username: c, password: d } }
  none: { url: 'https://x.test/', auth: { type: none } }
";
    let config = Case::new(&format!("{LEAST}{text}")).load();
    let value = |name: &str| match &config.workflows[name].access.auth {
        Auth::Header(header) => header.value.expose().to_str().unwrap().to_owned(),
        Auth::None | Auth::Token(_) => "none".to_owned(),
    };
    let values = ["inherits", "own-token", "own-type", "none"].map(value);
    assert_eq!(values, ["Bearer a", "Bearer b", "Basic Yzpk", "none"]);
}

#[test]
fn entra_asks_its_tenant_for_the_scope_of_logic_apps() {
    let entra = "type: entra, tenant: contoso.example, client_id: us, client_secret: HUSH";
    let asked = |more: &str| {
        let config = with(&format!("auth: {{ {entra}{more} }}")).load();
        let Auth::Token(token) = &workflow(&config).access.auth else {
            panic!("no token");
        };
        let grant = &token.grant;
        assert!(matches!(grant.credential, Credential::SecretInBody(_)));
        let url = workflow(&config).url.expose().to_string();
        let scope = grant.scope.as_deref().unwrap_or_default();
        format!("{} {scope} {url}", grant.token_endpoint)
    };
    insta::assert_snapshot!(
        [
            asked(""),
            asked(", authority: 'https://login.microsoftonline.us', scope: 'https://x.test/.default'"),
        ]
        .join("\n"),
        @"
    https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token https://management.azure.com/.default https://x.test/p?api-version=1
    https://login.microsoftonline.us/contoso.example/oauth2/v2.0/token https://x.test/.default https://x.test/p?api-version=1
    "
    );
}

#[test]
fn nothing_of_a_configuration_with_secrets_shows_them() {
    let texts = [
        "auth: { type: bearer, token: HUSH }",
        "auth: { type: basic, username: HUSH, password: HUSH }",
        "auth: { type: header, name: x-api-key, value: HUSH }",
        "auth: { type: entra, tenant: t, client_id: us, client_secret: HUSH, parameters: { a: HUSH } }",
        "signing: { secrets: ['whsec_SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNI'] }",
    ];
    for text in texts {
        let config = with(text).load();
        let shown = format!("{config:?}");
        assert!(
            !shown.contains("HUSH") && !shown.contains("SFVT"),
            "{shown}"
        );
    }
}

#[test]
fn a_value_follows_its_files_and_a_bad_one_leaves_the_last() {
    let case = with("auth: { type: bearer, token: 'a${env:B}${file:c}d' }")
        .with_file("c", "1\n")
        .with_variable("B", "b");
    let config = case.load();
    let Auth::Header(header) = &workflow(&config).access.auth else {
        panic!("no header");
    };
    let shown = || header.value.expose().to_str().unwrap().to_owned();
    let look = || config.watched().iter().for_each(Watched::look);
    assert_eq!(
        (shown(), config.watched().len()),
        ("Bearer ab1d".to_owned(), 1)
    );
    let before = header.value.expose();
    look();
    assert!(
        Arc::ptr_eq(&before, &header.value.expose()),
        "nothing changed"
    );
    let file = case.path().join("c");
    for bad in ["", "\n", "two\nlines"] {
        fs::write(&file, bad).unwrap();
        look();
        assert_eq!(shown(), "Bearer ab1d", "{bad:?}");
    }
    fs::remove_file(&file).unwrap();
    look();
    assert_eq!(shown(), "Bearer ab1d");
    fs::write(&file, "2").unwrap();
    look();
    assert_eq!(shown(), "Bearer ab2d");
}

/// A volume of Kubernetes: `..data` is a link to a folder, and every file one through it.
#[cfg(unix)]
#[test]
fn a_value_follows_a_link_that_is_swapped() {
    use std::os::unix::fs::symlink;
    let case = with("auth: { type: bearer, token: '${file:token}' }")
        .with_file("..1/token", "one")
        .with_file("..2/token", "two");
    let path = |name: &str| case.path().join(name);
    symlink("..1", path("..data")).unwrap();
    symlink("..data/token", path("token")).unwrap();
    let config = case.load();
    symlink("..2", path("..data_tmp")).unwrap();
    fs::rename(path("..data_tmp"), path("..data")).unwrap();
    config.watched().iter().for_each(Watched::look);
    let Auth::Header(header) = &workflow(&config).access.auth else {
        panic!("no header");
    };
    assert_eq!(*header.value.expose(), "Bearer two");
}

#[test]
fn everything_that_stands_in_a_file_is_watched() {
    let keys = "url: '${file:url}', \
        auth: { type: basic, username: me, password: '${file:password}' }, \
        signing: { secrets: ['${file:secret}'] }, \
        tls: { ca_file: a.pem, certificate_file: a.pem, key_file: a.key }";
    let case = Case::new(&format!("{LEAST}workflows: {{ w: {{ {keys} }} }}\n"))
        .with_file("url", "https://x.test/1")
        .with_file("password", "one")
        .with_file("secret", "whsec_SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNI");
    let case = with_pair(case, "a");
    let config = case.load();
    assert_eq!(config.watched().len(), 5);
    let workflow = workflow(&config);
    let tls = &workflow.access.tls;
    let (ca, identity) = (
        tls.authorities.as_ref().unwrap(),
        tls.identity.as_ref().unwrap(),
    );
    let (first_ca, first_identity) = (ca.expose(), identity.expose());
    let secrets = || workflow.access.signing.secrets[0].expose().len();
    // A key without its certificate is one that is just being replaced.
    let other = with_pair(Case::new(LEAST), "a");
    let copy = |name: &str| fs::copy(other.path().join(name), case.path().join(name)).unwrap();
    copy("a.key");
    fs::write(case.path().join("url"), "https://x.test/2").unwrap();
    let two = "whsec_SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNI whsec_SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNI";
    fs::write(case.path().join("secret"), two).unwrap();
    let look = || config.watched().iter().for_each(Watched::look);
    look();
    assert_eq!((workflow.url.expose().path(), secrets()), ("/2", 2));
    assert!(Arc::ptr_eq(&identity.expose(), &first_identity));
    copy("a.pem");
    look();
    assert!(!Arc::ptr_eq(&identity.expose(), &first_identity));
    assert!(!Arc::ptr_eq(&ca.expose(), &first_ca));
}
