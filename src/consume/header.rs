//! A record's headers between the library's memory and ours, byte-exact.
//!
//! A header's name is bytes with a length in the protocol, UTF-8 by its rules, which no broker
//! checks. The library keeps them as they are, and gives a name out up to its first NUL byte; the
//! binding panics where it is not UTF-8. So both are passed by here.

#![expect(
    unsafe_code,
    reason = "the binding neither reads nor writes a name of any bytes"
)]

use std::ffi::{CStr, c_char, c_void};
use std::mem::size_of;
use std::ptr::{from_ref, null, null_mut};
use std::slice;

use bytes::Bytes;
use rdkafka::bindings as ffi;
use rdkafka::message::{BorrowedHeaders, Header, OwnedHeaders};
use rdkafka::types::RDKafkaRespErr;

use super::header_name;

/// A header: its name as [`header_name`] writes it, and its value.
type Named = (String, Option<Bytes>);

/// All headers, in their order, copied.
#[must_use]
pub fn copied(headers: &BorrowedHeaders) -> Vec<(String, Option<Bytes>)> {
    let mut all = Vec::new();
    while let Some(header) = one(headers, all.len()) {
        all.push(header);
    }
    all
}

fn one(headers: &BorrowedHeaders, index: usize) -> Option<Named> {
    let mut name: *const c_char = null();
    let mut value: *const c_void = null();
    let mut size = 0;
    // SAFETY: the reference's address is the library's own object, which the reference keeps
    // alive; the library only writes to the three places.
    let error = unsafe {
        let headers = from_ref(headers).cast::<ffi::rd_kafka_headers_t>();
        ffi::rd_kafka_header_get_all(headers, index, &raw mut name, &raw mut value, &raw mut size)
    };
    if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || name.is_null() {
        return None;
    }
    // SAFETY: name and value are the library's, alive as long as the headers are, and copied here.
    let (name, value) = unsafe {
        let name = slice::from_raw_parts(name.cast::<u8>(), length(name, value));
        let value = (!value.is_null()).then(|| slice::from_raw_parts(value.cast::<u8>(), size));
        (name, value)
    };
    let value = value.map(Bytes::copy_from_slice);
    Some((header_name::of_bytes(name), value))
}

/// How many bytes a name has, NUL bytes among them.
///
/// The library does not tell. It keeps a header in one piece (`rdkafka_header.h`): the sizes of the
/// whole, of the value and of the name, the value's address, then the name with a NUL byte behind
/// it, then the value. What does not look like that is taken up to its first NUL byte.
///
/// # Safety
/// The name must be one that `rd_kafka_header_get_all` gave, together with the value.
unsafe fn length(name: *const c_char, value: *const c_void) -> usize {
    // SAFETY: the library ends a name with a NUL byte.
    let short = unsafe { CStr::from_ptr(name) }.count_bytes();
    // SAFETY: by the order above the size is a word, two words before the name, in the same
    // allocation.
    let whole = unsafe {
        let word = name.cast::<[u8; size_of::<usize>()]>().sub(2);
        usize::from_ne_bytes(word.read())
    };
    let behind = (value as usize).wrapping_sub(name as usize);
    let is_it = whole >= short && (value.is_null() || behind == whole.wrapping_add(1));
    if is_it && whole <= MOST { whole } else { short }
}

/// No name is longer: a record is not.
const MOST: usize = 0x7fff_ffff;

/// Adds a header whose name is as [`header_name`] writes it.
#[must_use]
pub fn with(headers: OwnedHeaders, name: &str, value: Option<&[u8]>) -> OwnedHeaders {
    let bytes = header_name::to_bytes(name);
    if bytes == name.as_bytes() {
        return headers.insert(Header { key: name, value });
    }
    let length = |bytes: &[u8]| isize::try_from(bytes.len()).unwrap_or(isize::MAX);
    let (at, size) = value.map_or((null_mut(), 0), |value| {
        (value.as_ptr().cast_mut().cast::<c_void>(), length(value))
    });
    // SAFETY: the address is the library's own object, owned by `headers`, which nobody else
    // refers to; the library copies both texts.
    unsafe {
        let native = from_ref(headers.as_borrowed()).cast::<ffi::rd_kafka_headers_t>();
        ffi::rd_kafka_header_add(
            native.cast_mut(),
            bytes.as_ptr().cast::<c_char>(),
            length(&bytes),
            at,
            size,
        );
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn back(headers: &[Named]) -> Vec<Named> {
        let empty = OwnedHeaders::new();
        let written = headers.iter().fold(empty, |all, (name, value)| {
            with(all, name, value.as_deref())
        });
        copied(written.as_borrowed())
    }

    #[test]
    fn a_name_with_a_nul_byte_is_whole_with_a_value_and_without() {
        // By the binding's own way in.
        let written = OwnedHeaders::new()
            .insert(Header {
                key: "nul\0name",
                value: Some("v"),
            })
            .insert(Header::<&str> {
                key: "nul\0without",
                value: None,
            })
            .insert(Header {
                key: "",
                value: Some(""),
            });
        assert_eq!(
            copied(written.as_borrowed()),
            [
                ("nul\0name".to_owned(), Some(Bytes::from("v"))),
                ("nul\0without".to_owned(), None),
                (String::new(), Some(Bytes::new())),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_go_through(
            headers in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..40), prop::option::of(any::<[u8; 5]>())),
                0..10,
            ),
        ) {
            let headers: Vec<Named> = headers
                .iter()
                .map(|(name, value)| {
                    let value = value.as_ref().map(|value| Bytes::copy_from_slice(value));
                    (header_name::of_bytes(name), value)
                })
                .collect();
            prop_assert_eq!(back(&headers), headers);
        }
    }
}
