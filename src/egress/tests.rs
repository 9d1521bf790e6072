//! Every notation that has been tried against a filter such as this one, with what it is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use reqwest::Url;

use super::{Exceptions, Name, NameError, Private, Refusal, Rules, is_forbidden};

/// What a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// Refused, whatever is set.
    Never,
    /// Refused with `deny_private`.
    Private,
    /// Called.
    Public,
    /// Not a URL: the configuration says so.
    NoUrl,
}

use Is::{Never, NoUrl, Private as Inside, Public};

/// Hosts as they are written in a URL.
#[rustfmt::skip]
const NOTATIONS: &[(&str, Is, &str)] = &[
    ("169.254.169.254",                Never,  "the metadata service of most clouds"),
    ("169.254.169.254.",               Never,  "with a dot at its end"),
    ("2852039166",                     Never,  "decimal"),
    ("0xa9fea9fe",                     Never,  "hexadecimal"),
    ("0XA9FEA9FE",                     Never,  "hexadecimal in capitals"),
    ("025177524776",                   Never,  "octal"),
    ("0251.0376.0251.0376",            Never,  "octal parts"),
    ("0xa9.0xfe.0xa9.0xfe",            Never,  "hexadecimal parts"),
    ("0xa9.254.0251.254",              Never,  "parts of each kind"),
    ("169.254.43518",                  Never,  "three parts"),
    ("169.16689662",                   Never,  "two parts"),
    ("169.254.169.0xfe.",              Never,  "mixed, with a dot at its end"),
    ("%31%36%39.254.169.254",          Never,  "percent-encoded"),
    ("169%2e254%2e169%2e254",          Never,  "percent-encoded dots"),
    ("１６９.２５４.１６９.２５４",    Never,  "full-width digits"),
    ("169。254。169。254",             Never,  "ideographic full stops"),
    ("①⑥⑨.②⑤④.①⑥⑨.②⑤④",              Never,  "circled digits"),
    ("169.254.0.23",                   Never,  "link-local, Tencent's metadata"),
    ("169.254.170.2",                  Never,  "link-local, credentials of AWS tasks"),
    ("100.100.100.200",                Never,  "Alibaba's metadata"),
    ("0x646464c8",                     Never,  "Alibaba's, hexadecimal"),
    ("168.63.129.16",                  Never,  "Azure's wire server"),
    ("192.0.0.192",                    Never,  "Oracle's old metadata"),
    ("[fe80::1]",                      Never,  "link-local"),
    ("[fe80::a9fe:a9fe]",              Never,  "link-local, OpenStack's metadata"),
    ("[febf:ffff::1]",                 Never,  "the end of link-local"),
    ("[fe80::1%25eth0]",               NoUrl,  "with a zone"),
    ("[fe80::1%eth0]",                 NoUrl,  "with a zone, not encoded"),
    ("[fd00:ec2::254]",                Never,  "AWS's metadata"),
    ("[FD00:0EC2:0:0:0:0:0:0254]",     Never,  "AWS's, at length"),
    ("[fd20:ce::254]",                 Never,  "Google's metadata"),
    ("[fd00:c1::a9fe:a9fe]",           Never,  "Oracle's metadata"),
    ("[fd00:42::42]",                  Never,  "Scaleway's metadata"),
    ("[::ffff:169.254.169.254]",       Never,  "IPv4-mapped"),
    ("[::ffff:a9fe:a9fe]",             Never,  "IPv4-mapped, hexadecimal"),
    ("[0:0:0:0:0:ffff:a9fe:a9fe]",     Never,  "IPv4-mapped, at length"),
    ("[::169.254.169.254]",            Never,  "IPv4-compatible"),
    ("[::ffff:0:169.254.169.254]",     Never,  "IPv4-translated"),
    ("[64:ff9b::169.254.169.254]",     Never,  "NAT64"),
    ("[64:ff9b::a9fe:a9fe]",           Never,  "NAT64, hexadecimal"),
    ("[64:ff9b::6464:64c8]",           Never,  "NAT64 to Alibaba's"),
    ("[64:ff9b:1::a9fe:a9fe]",         Never,  "local NAT64, a prefix of 96"),
    ("[64:ff9b:1:a9fe:a9:fe00::]",     Never,  "local NAT64, a prefix of 48"),
    ("[64:ff9b:1:ffa9:fe:a9fe::]",     Never,  "local NAT64, a prefix of 56"),
    ("[64:ff9b:1:0:a9:fea9:fe00:0]",   Never,  "local NAT64, a prefix of 64"),
    ("[2002:a9fe:a9fe::1]",            Never,  "6to4"),
    ("[2001:0:a9fe:a9fe::1]",          Never,  "Teredo's server"),
    ("[2001::5601:5601]",              Never,  "Teredo's client"),
    ("[2001:db8::5efe:169.254.169.254]", Never, "ISATAP"),
    ("[2001:db8::200:5efe:a9fe:a9fe]", Never,  "ISATAP, globally unique"),
    ("metadata.google.internal",       Never,  "by name"),
    ("METADATA.Google.Internal",       Never,  "by name, in capitals"),
    ("metadata.google.internal.",      Never,  "by its full name"),
    ("a.metadata.google.internal",     Never,  "below it"),
    ("metadata.goog",                  Never,  "by its other name"),
    ("metadata",                       Never,  "by its short name"),
    ("instance-data",                  Never,  "by AWS's name"),
    ("ｍｅｔａｄａｔａ.google.internal", Never, "by name, full-width"),
    ("metadata%2Egoogle%2Einternal",   Never,  "by name, percent-encoded"),
    ("127.0.0.1",                      Inside, "loopback"),
    ("127.1",                          Inside, "loopback, two parts"),
    ("2130706433",                     Inside, "loopback, decimal"),
    ("0x7f000001",                     Inside, "loopback, hexadecimal"),
    ("0177.0.0.1",                     Inside, "loopback, an octal part"),
    ("127.0.0.1.",                     Inside, "loopback, with a dot at its end"),
    ("[::1]",                          Inside, "loopback"),
    ("[::ffff:127.0.0.1]",             Inside, "loopback, IPv4-mapped"),
    ("[::7f00:1]",                     Inside, "loopback, IPv4-compatible"),
    ("localhost",                      Inside, "loopback, by name"),
    ("LocalHost.",                     Inside, "loopback, by its full name"),
    ("a.localhost",                    Inside, "loopback, below its name"),
    ("0.0.0.0",                        Inside, "this host"),
    ("0",                              Inside, "this host, decimal"),
    ("[::]",                           Inside, "this host"),
    ("10.0.0.1",                       Inside, "RFC 1918"),
    ("172.31.255.255",                 Inside, "RFC 1918"),
    ("192.168.0.1",                    Inside, "RFC 1918"),
    ("0xc0a80001",                     Inside, "RFC 1918, hexadecimal"),
    ("[64:ff9b::10.0.0.1]",            Inside, "RFC 1918 by NAT64"),
    ("[2002:a00:1::1]",                Inside, "RFC 1918 by 6to4"),
    ("100.64.0.1",                     Inside, "shared by carriers"),
    ("192.0.2.1",                      Inside, "documentation"),
    ("192.88.99.1",                    Inside, "6to4 relays"),
    ("198.19.0.1",                     Inside, "benchmarking"),
    ("224.0.0.1",                      Inside, "multicast"),
    ("255.255.255.255",                Inside, "broadcast"),
    ("[fd12:3456::1]",                 Inside, "unique local"),
    ("[fec0::1]",                      Inside, "site-local"),
    ("[ff02::1]",                      Inside, "multicast"),
    ("[2001:db8::1]",                  Inside, "documentation"),
    ("[3fff::1]",                      Inside, "documentation"),
    ("[5f00::1]",                      Inside, "segment routing"),
    ("[100::1]",                       Inside, "discarded"),
    ("93.184.215.14",                  Public, "a host of the internet"),
    ("169.253.255.255",                Public, "below link-local"),
    ("169.255.0.0",                    Public, "above link-local"),
    ("100.128.0.1",                    Public, "above what carriers share"),
    ("172.32.0.1",                     Public, "above RFC 1918"),
    ("168.63.129.17",                  Public, "beside Azure's wire server"),
    ("[2606:4700::1111]",              Public, "a host of the internet"),
    ("[64:ff9b::5db8:d70e]",           Public, "a host of the internet by NAT64"),
    ("hooks.example.test",             Public, "a name, to be judged by its addresses"),
    ("notmetadata.google.internal",    Public, "a name that only ends alike"),
    ("metadata.example.test",          Public, "a name that only begins alike"),
    ("1.2.3.4.5",                      NoUrl,  "five parts"),
    ("256.0.0.1",                      NoUrl,  "a part too large"),
    ("0x1ffffffff",                    NoUrl,  "too large"),
    ("[::ffff:169.254.169]",           NoUrl,  "too short"),
    ("169.254.169.254%00",             NoUrl,  "with a byte that no host has"),
];

impl fmt::Display for Is {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

fn denied() -> Rules {
    Rules {
        private: Private::Denied(Exceptions::default()),
    }
}

fn what_is(host: &str) -> Is {
    let Ok(url) = Url::parse(&format!("https://{host}/hook?sig=1")) else {
        return NoUrl;
    };
    let host = url.host_str().unwrap();
    match (Rules::OPEN.host(host), denied().host(host)) {
        (Err(Refusal::Forbidden), Err(Refusal::Forbidden)) => Never,
        (Ok(()), Err(Refusal::Private)) => Inside,
        (Ok(()), Ok(())) => Public,
        other => panic!("{host}: {other:?}"),
    }
}

#[test]
fn every_notation_has_its_verdict() {
    let wrong: Vec<String> = NOTATIONS
        .iter()
        .filter(|(host, is, _)| what_is(host) != *is)
        .map(|(host, is, what)| format!("{host} ({what}): {} instead of {is}", what_is(host)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(NOTATIONS.len() > 100);
}

#[test]
fn what_is_excepted_is_called_and_metadata_never() {
    let rules = Rules {
        private: Private::Denied(Exceptions {
            networks: vec![
                "10.1.0.0/16".parse().unwrap(),
                "0.0.0.0/0".parse().unwrap(),
                "fd12::/16".parse().unwrap(),
            ],
            names: vec![Name::parse("*.Corp.test.").unwrap()],
        }),
    };
    for host in [
        "10.1.2.3",
        "[::ffff:10.1.2.3]",
        "[64:ff9b::10.1.2.3]",
        "[fd12::1]",
    ] {
        assert_eq!(rules.host(host), Ok(()), "{host}");
    }
    for host in ["169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]"] {
        assert_eq!(rules.host(host), Err(Refusal::Forbidden), "{host}");
    }
    let ula: IpAddr = "fd99::1".parse().unwrap();
    assert_eq!(rules.address(ula, "a.corp.test"), Ok(()));
    for name in ["", "corp.test", "a.corp.test.example", "acorp.test"] {
        assert_eq!(rules.address(ula, name), Err(Refusal::Private), "{name}");
    }
    let metadata: IpAddr = "fd00:ec2::254".parse().unwrap();
    let verdict = rules.address(metadata, "a.corp.test");
    assert_eq!(verdict, Err(Refusal::Forbidden));
}

#[test]
fn a_name_is_no_address_and_no_url() {
    assert_eq!(Name::parse("10.0.0.1"), Err(NameError::Address));
    for text in [
        "",
        "*",
        "*.",
        "a..b",
        "https://a.test",
        "a.test:80",
        "a b",
        "*.*.test",
    ] {
        assert_eq!(Name::parse(text), Err(NameError::NoName), "{text}");
    }
    for text in [
        "intranet",
        "a.test",
        "*.a.test",
        "xn--bcher-kva.test",
        "A.TEST.",
    ] {
        assert!(Name::parse(text).is_ok(), "{text}");
    }
}

proptest! {
    /// However it is carried, an address is forbidden when it is forbidden alone.
    #[test]
    fn no_way_of_carrying_an_address_hides_it(bits: u32, way in 0..8_usize) {
        let (high, low) = ((bits >> 16) as u16, (bits & 0xffff) as u16);
        let carried = [
            [0, 0, 0, 0, 0, 0xffff, high, low],
            [0, 0, 0, 0, 0, 0, high, low],
            [0, 0, 0, 0, 0xffff, 0, high, low],
            [0x64, 0xff9b, 0, 0, 0, 0, high, low],
            [0x64, 0xff9b, 1, 0, 0, 0, high, low],
            [0x2002, high, low, 0, 0, 0, 0, 1],
            [0x2001, 0, 1, 1, 0, 0, !high, !low],
            [0x2001, 0xdb8, 0, 0, 0, 0x5efe, high, low],
        ][way];
        let alone = is_forbidden(IpAddr::V4(Ipv4Addr::from_bits(bits)));
        let link_local = IpAddr::V4(Ipv4Addr::from_bits(0xa9fe_0000 | (bits & 0xffff)));
        prop_assert!(is_forbidden(link_local));
        prop_assert_eq!(is_forbidden(IpAddr::V6(Ipv6Addr::from(carried))), alone);
    }
}
