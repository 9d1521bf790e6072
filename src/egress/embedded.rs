//! IPv4 addresses within IPv6 ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that is really called: for one that only stands for an IPv4 address, that one.
/// Mapped (RFC 4291), translated (RFC 7915), and NAT64 by the well-known prefix (RFC 6052), under
/// which a network of IPv6 alone sees the whole internet of IPv4.
pub(super) fn transparent(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => IpAddr::V4(of(high, low)),
        _ => address,
    }
}

/// The IPv4 addresses that an IPv6 one may lead to.
pub(super) fn carried(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    match address.segments() {
        // Compatible, RFC 4291; ISATAP, RFC 5214, under any prefix; 6to4, RFC 3056.
        [0, 0, 0, 0, 0, 0, high, low]
        | [_, _, _, _, 0 | 0x200, 0x5efe, high, low]
        | [0x2002, high, low, ..] => vec![of(high, low)],
        // Teredo, RFC 4380: the server, and the client with its bits turned over.
        [0x2001, 0, high, low, _, _, not_high, not_low] => {
            vec![of(high, low), of(!not_high, !not_low)]
        }
        [0x64, 0xff9b, 1, ..] => local_nat64(address.octets()).to_vec(),
        _ => Vec::new(),
    }
}

/// NAT64 within one network, RFC 8215, by each length of prefix that RFC 6052 has: 48, 56, 64 and
/// 96. The ninth octet carries nothing.
fn local_nat64(of: [u8; 16]) -> [Ipv4Addr; 4] {
    [
        [of[6], of[7], of[9], of[10]],
        [of[7], of[9], of[10], of[11]],
        [of[9], of[10], of[11], of[12]],
        [of[12], of[13], of[14], of[15]],
    ]
    .map(Ipv4Addr::from_octets)
}

fn of(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}
