use super::kit::{Case, LEAST, refused};
use crate::egress::Private;

#[test]
fn a_url_that_spells_out_what_is_never_called_is_a_problem() {
    let text = "workflows:
  a: { url: 'http://169.254.169.254/latest/SECRET' }
  b: { url: 'https://0xa9fea9fe/SECRET' }
  c: { url: 'https://[64:ff9b::a9fe:a9fe]/SECRET' }
  d: { url: 'https://metadata.google.internal./SECRET' }
  e: { url: 'https://[fe80::1%25eth0]/SECRET' }
  f: { url: 'https://10.0.0.1/SECRET' }
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:3:8: workflows.a.url: its host is link-local or a cloud's metadata service, which is never called
    firebell.yaml:4:8: workflows.b.url: its host is link-local or a cloud's metadata service, which is never called
    firebell.yaml:5:8: workflows.c.url: its host is link-local or a cloud's metadata service, which is never called
    firebell.yaml:6:8: workflows.d.url: its host is link-local or a cloud's metadata service, which is never called
    firebell.yaml:7:8: workflows.e.url: expected a URL, `https://…` or `http://…`; it is a secret and not shown: invalid IPv6 address
    5 problems
    ");
}

#[test]
fn with_deny_private_a_url_within_is_a_problem_but_for_exceptions() {
    let text = "egress:
  deny_private: true
  allow: { networks: [10.1.0.0/16, 192.168.0.7], names: [localhost] }
workflows:
  a: { url: 'https://10.1.2.3/' }
  b: { url: 'https://10.2.2.3/SECRET' }
  c: { url: 'http://localhost:8080/' }
  d: { url: 'http://127.1/SECRET' }
  e: { url: 'http://192.168.0.7/' }
  f: { url: 'http://192.168.0.8/SECRET' }
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:7:8: workflows.b.url: its host is private, and egress.deny_private is set
    firebell.yaml:9:8: workflows.d.url: its host is private, and egress.deny_private is set
    firebell.yaml:11:8: workflows.f.url: its host is private, and egress.deny_private is set
    3 problems
    ");
}

#[test]
fn what_egress_cannot_mean_is_a_problem() {
    let text = "egress:
  allow: { networks: [10.0.0.0/8], names: [a.test] }
  proxy: 'http://user:SECRET@proxy.test/path'
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:3:12: egress.allow.networks: restricts nothing
        help: it excepts from egress.deny_private: set that to true, or leave this out
    firebell.yaml:3:36: egress.allow.names: restricts nothing
        help: it excepts from egress.deny_private: set that to true, or leave this out
    firebell.yaml:4:3: egress.proxy: expected a proxy's URL, `http://HOST:PORT` or `https://HOST:PORT`; it may hold a password and is not shown
    3 problems
    ");
    let text = "egress:
  deny_private: true
  allow: { networks: [intranet, 10.0.0.0/33, 169.254.169.254, 'fe80::/64'], names: [10.0.0.1, 'a..b'] }
  proxy: 'http://169.254.1.1:3128'
  allowed: []
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:4:23: egress.allow.networks[0]: expected a network such as `10.0.0.0/8`, or an address, found `intranet`
    firebell.yaml:4:33: egress.allow.networks[1]: expected a network such as `10.0.0.0/8`, or an address, found `10.0.0.0/33`
    firebell.yaml:4:46: egress.allow.networks[2]: is link-local or a cloud's metadata service, which is never called
    firebell.yaml:4:63: egress.allow.networks[3]: is link-local or a cloud's metadata service, which is never called
    firebell.yaml:4:85: egress.allow.names[0]: is an address, and goes into `networks`
    firebell.yaml:4:95: egress.allow.names[1]: is no name: expected letters, digits, `-` and dots, such as `hooks.example.test`, or `*.example.test` for all names below one; international names as `xn--…`
    firebell.yaml:5:3: egress.proxy: its host is link-local or a cloud's metadata service, which is never called
    firebell.yaml:6:3: egress.allowed: unknown key
        help: did you mean `allow`? known here: deny_private, allow, proxy
    8 problems
    ");
}

#[test]
fn a_configured_egress_is_every_workflows() {
    let case = Case::new(&format!(
        "{LEAST}egress: {{ deny_private: true, proxy: 'http://u:${{env:P}}@10.0.0.1:3128' }}
workflows: {{ a: {{ url: 'https://a.test/' }}, b: {{ url: 'https://b.test/' }} }}
"
    ))
    .with_variable("P", "SECRET")
    .with_variable("FIREBELL__EGRESS__ALLOW__NETWORKS", "10.0.0.0/8,fd00::/8");
    let config = case.load();
    assert!(!format!("{config:?}").contains("SECRET"));
    for workflow in config.workflows.values() {
        let Private::Denied(exceptions) = &workflow.egress.rules.private else {
            panic!("private hosts are denied");
        };
        assert_eq!(exceptions.networks.len(), 2);
        let proxy = workflow.egress.proxy.as_ref().unwrap().expose();
        assert_eq!(proxy.password(), Some("SECRET"));
    }
}
