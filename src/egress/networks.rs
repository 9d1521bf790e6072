//! The networks by what may be in them.
//!
//! Sources: the IANA special-purpose address registries (RFC 6890 and its updates), and for the
//! metadata services the documents of each cloud.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use super::embedded::{carried, transparent};

/// Link-local and metadata: never called.
const FORBIDDEN_V4: [Ipv4Net; 4] = [
    // Link-local, RFC 3927; 169.254.169.254 is the metadata service of nearly every cloud.
    v4([169, 254, 0, 0], 16),
    // Alibaba Cloud's metadata service.
    v4([100, 100, 100, 200], 32),
    // Azure's wire server.
    v4([168, 63, 129, 16], 32),
    // Oracle Cloud's old metadata service.
    v4([192, 0, 0, 192], 32),
];

const FORBIDDEN_V6: [Ipv6Net; 5] = [
    // Link-local, RFC 4291.
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    // AWS: metadata at ::254, and the services beside it.
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32),
    // Google Cloud.
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128),
    // Oracle Cloud.
    v6([0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128),
    // Scaleway.
    v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42], 128),
];

/// Not reached through the internet, or not a host: refused by `egress.deny_private`.
const PRIVATE_V4: [Ipv4Net; 14] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    // Multicast; and what is reserved, the broadcast address with it.
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

const PRIVATE_V6: [Ipv6Net; 11] = [
    // Unspecified, loopback, and the addresses once compatible with IPv4.
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96),
    // NAT64 within one network, RFC 8215.
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
    // Discard-only, RFC 6666.
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
    // IETF protocol assignments: Teredo, benchmarking, ORCHID.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    // 6to4.
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    // Documentation, RFC 9637; segment routing, RFC 9602.
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16),
    // Unique local; site-local, long deprecated; multicast.
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

const fn v4(octets: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::from_octets(octets), length)
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(segments), length)
}

/// Whether an address is link-local or a metadata service's, or leads to one through any way of
/// writing an IPv4 address into an IPv6 one.
#[must_use]
pub fn is_forbidden(address: IpAddr) -> bool {
    let of_v4 = |address| FORBIDDEN_V4.iter().any(|net| net.contains(&address));
    match transparent(address) {
        IpAddr::V4(address) => of_v4(address),
        IpAddr::V6(address) => {
            FORBIDDEN_V6.iter().any(|net| net.contains(&address))
                || carried(address).into_iter().any(of_v4)
        }
    }
}

/// Whether an address is not one of the internet's.
pub(super) fn is_private(address: IpAddr) -> bool {
    match transparent(address) {
        IpAddr::V4(address) => PRIVATE_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => PRIVATE_V6.iter().any(|net| net.contains(&address)),
    }
}
