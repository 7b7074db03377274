//! Numbers as bytes, with the number of these bytes (NIST SP 800-185, section 2.3.1; RFC 9861, section 2.2).

/// Up to eight bytes of a number, most significant first, with their count before or behind them.
pub(crate) struct Encoded {
    bytes: [u8; 10],
    start: usize,
    end: usize,
}

impl AsRef<[u8]> for Encoded {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

/// The number's last `len` bytes, and the count on both sides: which one is taken is left to the caller.
fn encode(number: usize, len: usize) -> Encoded {
    let mut bytes = [len as u8; 10];
    bytes[1..9].copy_from_slice(&(number as u64).to_be_bytes());
    let start = 9 - len;
    bytes[start - 1] = len as u8;
    Encoded { bytes, start, end: 9 }
}

/// How many bytes a number has; 0 has none.
fn len_of(number: usize) -> usize {
    number.checked_ilog2().map_or(0, |log| log as usize / 8 + 1)
}

/// With the count before; 0 has one byte.
#[cfg(feature = "cshake")]
pub(crate) fn left_encode(number: usize) -> Encoded {
    let encoded = encode(number, len_of(number).max(1));
    Encoded {
        start: encoded.start - 1,
        ..encoded
    }
}

/// With the count behind; 0 has one byte.
#[cfg(any(feature = "kmac", feature = "parallel_hash", feature = "tuple_hash"))]
pub(crate) fn right_encode(number: usize) -> Encoded {
    let encoded = encode(number, len_of(number).max(1));
    Encoded { end: 10, ..encoded }
}

/// With the count behind; 0 has no byte, as KangarooTwelve wants it.
#[cfg(feature = "k12")]
pub(crate) fn length_encode(number: usize) -> Encoded {
    let encoded = encode(number, len_of(number));
    Encoded { end: 10, ..encoded }
}
