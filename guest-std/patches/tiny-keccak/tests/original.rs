//! Every function is the one of the crate whose place is taken, however the message is given and the digest is read.

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tiny_keccak::{Hasher as _, IntoXof as _, Xof as _};
use tiny_keccak_original::{Hasher as _, IntoXof as _, Xof as _};

fn message(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ChaCha8Rng::seed_from_u64(len as u64).fill_bytes(&mut bytes);
    bytes
}

/// Cuts bytes in random pieces, some of them empty.
fn pieces(random: &mut ChaCha8Rng, bytes: &[u8], longest: usize) -> Vec<Vec<u8>> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(random.random_range(0..=rest.len().min(longest)));
        pieces.push(piece.to_vec());
        rest = others;
    }
    pieces
}

/// Lengths around those of blocks: 72, 104, 136, 144 and 168 bytes.
fn lengths() -> impl Iterator<Item = usize> {
    (0..=345).chain([503, 504, 505, 5000])
}

/// In pieces with a copy in the middle, to digests of some lengths.
macro_rules! same_hash {
    ($($new:tt)*) => {
        for len in lengths() {
            let random = &mut ChaCha8Rng::seed_from_u64(len as u64);
            let (mut hash, mut original) = (tiny_keccak::$($new)*, tiny_keccak_original::$($new)*);
            for piece in pieces(random, &message(len), 200) {
                let copy = hash.clone();
                hash.update(b"something else");
                hash = copy;
                hash.update(&piece);
                original.update(&piece);
            }
            for len_of_digest in [0, 1, 28, 32, 48, 64, 135, 136, 168, 500] {
                let (mut digest, mut expected) = (vec![0; len_of_digest], vec![0; len_of_digest]);
                hash.clone().finalize(&mut digest);
                original.clone().finalize(&mut expected);
                assert_eq!(digest, expected, "{} of {len} bytes", stringify!($($new)*));
            }
        }
    };
}

/// A digest that is read in pieces.
macro_rules! same_digest {
    ($xof:expr, $original:expr, $random:expr, $what:expr) => {
        let (mut xof, mut original) = ($xof, $original);
        for piece in pieces($random, &[0; 700], 300) {
            let (mut digest, mut expected) = (piece.clone(), piece);
            xof.squeeze(&mut digest);
            original.squeeze(&mut expected);
            assert_eq!(digest, expected, "{}", $what);
        }
    };
}

macro_rules! same_xof {
    ($($new:tt)*) => {
        same_hash!($($new)*);
        for len in lengths() {
            let random = &mut ChaCha8Rng::seed_from_u64(len as u64);
            let (mut hash, mut original) = (tiny_keccak::$($new)*, tiny_keccak_original::$($new)*);
            for piece in pieces(random, &message(len), 200) {
                hash.update(&piece);
                original.update(&piece);
            }
            same_digest!(hash.into_xof(), original.into_xof(), random, stringify!($($new)*));
        }
    };
}

/// What takes more of a message after it gave something out.
macro_rules! same_duplex {
    ($($new:tt)*) => {
        same_hash!($($new)*);
        let random = &mut ChaCha8Rng::seed_from_u64(9);
        for _ in 0..50 {
            let (mut hash, mut original) = (tiny_keccak::$($new)*, tiny_keccak_original::$($new)*);
            for piece in pieces(random, &message(3000), 400) {
                if random.random_bool(0.5) {
                    hash.update(&piece);
                    original.update(&piece);
                } else {
                    let len = if random.random_bool(0.2) { 168 } else { piece.len() };
                    let (mut digest, mut expected) = (vec![0; len], vec![0; len]);
                    hash.squeeze(&mut digest);
                    original.squeeze(&mut expected);
                    assert_eq!(digest, expected, "{}", stringify!($($new)*));
                }
            }
        }
    };
}

#[test]
fn keccak() {
    same_hash!(Keccak::v224());
    same_hash!(Keccak::v256());
    same_hash!(Keccak::v384());
    same_hash!(Keccak::v512());
}

#[test]
fn sha3() {
    same_hash!(Sha3::v224());
    same_hash!(Sha3::v256());
    same_hash!(Sha3::v384());
    same_hash!(Sha3::v512());
}

#[test]
fn shake() {
    same_duplex!(Shake::v128());
    same_duplex!(Shake::v256());
}

#[test]
fn cshake() {
    same_duplex!(CShake::v128(b"", b""));
    same_duplex!(CShake::v128(b"name", b""));
    same_duplex!(CShake::v256(b"", b"custom"));
    same_duplex!(CShake::v256(b"name", &[7; 300]));
}

/// What stands before the message may fill a block to its end.
#[test]
fn names_and_keys_of_any_length() {
    for len in 0..400 {
        let bytes = message(len);
        let (mut digest, mut expected) = ([0; 32], [0; 32]);
        tiny_keccak::CShake::v128(&bytes, b"").finalize(&mut digest);
        tiny_keccak_original::CShake::v128(&bytes, b"").finalize(&mut expected);
        assert_eq!(digest, expected, "a name of {len} bytes");
        tiny_keccak::Kmac::v256(&bytes, b"").finalize(&mut digest);
        tiny_keccak_original::Kmac::v256(&bytes, b"").finalize(&mut expected);
        assert_eq!(digest, expected, "a key of {len} bytes");
    }
}

#[test]
fn kmac() {
    same_xof!(Kmac::v128(b"", b""));
    same_xof!(Kmac::v128(b"a key", b"custom"));
    same_xof!(Kmac::v256(&[5; 500], b""));
}

#[test]
fn tuple_hash() {
    same_xof!(TupleHash::v128(b""));
    same_xof!(TupleHash::v256(b"custom"));
}

#[test]
fn parallel_hash() {
    same_xof!(ParallelHash::v128(b"", 1));
    same_xof!(ParallelHash::v128(b"custom", 8));
    same_xof!(ParallelHash::v256(b"", 136));
    same_xof!(ParallelHash::v256(b"custom", 300));
}

#[test]
fn kangaroo_twelve() {
    same_xof!(KangarooTwelve::new(b""));
    same_xof!(KangarooTwelve::new([1; 300]));
    for len in [8190, 8191, 8192, 8193, 8194, 16383, 16384, 16385, 30_000, 24576] {
        for custom_string in [vec![], vec![1], vec![2; 5000]] {
            let random = &mut ChaCha8Rng::seed_from_u64(len as u64);
            let mut hash = tiny_keccak::KangarooTwelve::new(&custom_string);
            let mut original = tiny_keccak_original::KangarooTwelve::new(&custom_string);
            for piece in pieces(random, &message(len), 9000) {
                hash.update(&piece);
                original.update(&piece);
            }
            same_digest!(hash.into_xof(), original.into_xof(), random, len);
        }
    }
}

#[test]
fn permutations() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..100 {
        let start: [u64; 25] = core::array::from_fn(|_| random.next_u64());
        let (mut state, mut expected) = (start, start);
        tiny_keccak::keccakf(&mut state);
        tiny_keccak_original::keccakf(&mut expected);
        assert_eq!(state, expected);
        tiny_keccak::keccakp(&mut state);
        tiny_keccak_original::keccakp(&mut expected);
        assert_eq!(state, expected);
    }
}
