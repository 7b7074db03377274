//! Copies, fills and compares memory wherever it lies, and looks at every byte.

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::hint::black_box;

/// Lengths around what is done in bytes, words, and blocks.
const LENGTHS: [usize; 24] = [
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    9,
    15,
    16,
    17,
    23,
    24,
    31,
    32,
    33,
    40,
    63,
    64,
    100,
    128,
    32_768,
    32_768 + 133,
];
/// Bytes around what is written, which must stay as they are.
const MARGIN: usize = 16;

fn pattern(len: usize, seed: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for index in 0..len {
        bytes.push(black_box((index * 31 + seed * 7 + (index >> 8)) as u8));
    }
    bytes
}

/// Byte by byte, whatever the compiler would like to make of it.
fn is_equal(x: &[u8], y: &[u8]) -> bool {
    x.len() == y.len() && x.iter().zip(y).all(|(x, y)| black_box(*x) == black_box(*y))
}

/// How many checks there were; the guest ends with a panic at the first that fails.
pub(crate) fn check() -> u32 {
    let mut checks = 0;
    for len in LENGTHS {
        let offsets = if len < 1000 { 8 } else { 2 };
        for (to, from) in (0..offsets).flat_map(|to| (0..offsets).map(move |from| (to, from))) {
            copy(len, to, from);
            compare(len, to, from);
            fill(len, to);
            checks += 3;
        }
    }
    checks
}

fn copy(len: usize, to: usize, from: usize) {
    let source = pattern(from + len, len);
    let before = pattern(2 * MARGIN + to + len, 3);
    let mut target = before.clone();
    let start = MARGIN + to;
    black_box(&mut target[start..start + len]).copy_from_slice(black_box(&source[from..]));
    assert!(
        is_equal(&target[..start], &before[..start]),
        "before {len} at {to}"
    );
    assert!(
        is_equal(&target[start..start + len], &source[from..]),
        "{len} from {from} to {to}"
    );
    assert!(
        is_equal(&target[start + len..], &before[start + len..]),
        "behind {len} at {to}"
    );
}

fn fill(len: usize, to: usize) {
    let before = pattern(2 * MARGIN + to + len, 3);
    let mut target = before.clone();
    let start = MARGIN + to;
    black_box(&mut target[start..start + len]).fill(black_box(0xa5));
    assert!(
        is_equal(&target[..start], &before[..start]),
        "before {len} at {to}"
    );
    assert!(
        is_equal(&target[start..start + len], &vec![0xa5; len]),
        "{len} at {to}"
    );
    assert!(
        is_equal(&target[start + len..], &before[start + len..]),
        "behind {len} at {to}"
    );
}

fn compare(len: usize, x: usize, y: usize) {
    let [left, mut right] = [x, y].map(|offset| {
        let mut bytes = vec![0; offset];
        bytes.extend(pattern(len, 9));
        bytes
    });
    assert_eq!(black_box(&left[x..]).cmp(black_box(&right[y..])), Ordering::Equal);
    assert!(black_box(&left[x..]) == black_box(&right[y..]));
    // A byte in the middle is larger, or one behind it, which then does not matter.
    let places = [0, 1, len / 2, len.saturating_sub(9), len.saturating_sub(1)];
    for place in places.into_iter().filter(|place| *place < len) {
        let old = right[y + place];
        right[y + place] = old.wrapping_add(128);
        let expected = if old < 128 {
            Ordering::Less
        } else {
            Ordering::Greater
        };
        assert_eq!(
            black_box(&left[x..]).cmp(black_box(&right[y..])),
            expected,
            "{place} of {len}"
        );
        assert!(black_box(&left[x..]) != black_box(&right[y..]));
        right[y + place] = old;
    }
}
