//! Every hash is the one of the crate whose place is taken, however the message is given.

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sha2::digest::{FixedOutputReset, Update};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};

fn message(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ChaCha8Rng::seed_from_u64(len as u64).fill_bytes(&mut bytes);
    bytes
}

/// Gives `message` to both in the same random pieces, some of them empty.
fn feed(random: &mut ChaCha8Rng, message: &[u8], mut update: impl FnMut(&[u8])) {
    let mut rest = message;
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(random.random_range(0..=rest.len().min(200)));
        update(piece);
        rest = others;
    }
}

fn compare<H, O>()
where
    H: Digest + Clone + FixedOutputReset + Update,
    O: Digest + Clone + FixedOutputReset + Update,
{
    for len in (0..=300).chain([511, 512, 513, 4096, 10_001]) {
        let message = message(len);
        let expected = O::digest(&message);
        assert_eq!(H::digest(&message)[..], expected[..], "{len} bytes");

        let random = &mut ChaCha8Rng::seed_from_u64(len as u64);
        let (mut hash, mut half) = (H::new(), None);
        feed(random, &message, |piece| {
            if random_bit(piece) {
                // A copy in the middle is what goes on; the first one must not matter to it.
                let copy = hash.clone();
                Digest::update(&mut hash, b"something else");
                half = Some(std::mem::replace(&mut hash, copy));
            }
            Digest::update(&mut hash, piece);
        });
        assert_eq!(
            Digest::finalize_reset(&mut hash)[..],
            expected[..],
            "{len} bytes in pieces"
        );
        Digest::update(&mut hash, &message);
        assert_eq!(
            Digest::finalize_reset(&mut hash)[..],
            expected[..],
            "{len} bytes after a reset"
        );
        Digest::update(&mut hash, b"to be forgotten");
        Digest::reset(&mut hash);
        assert_eq!(hash.finalize()[..], O::digest(b"")[..]);
    }
}

/// Something that is sometimes so and sometimes not.
fn random_bit(piece: &[u8]) -> bool {
    piece.first().is_some_and(|byte| byte % 2 == 0)
}

#[test]
fn hashes_are_those_of_the_original() {
    compare::<Sha224, sha2_original::Sha224>();
    compare::<Sha256, sha2_original::Sha256>();
    compare::<Sha384, sha2_original::Sha384>();
    compare::<Sha512, sha2_original::Sha512>();
    compare::<Sha512_224, sha2_original::Sha512_224>();
    compare::<Sha512_256, sha2_original::Sha512_256>();
}

#[test]
fn compressions_are_those_of_the_original() {
    for num_blocks in 0..5 {
        let bytes = message(num_blocks * 128);
        let (blocks, blocks_512): (Vec<_>, Vec<_>) = (
            bytes.chunks_exact(64).map(|block| *<&_>::from(block)).collect(),
            bytes.chunks_exact(128).map(|block| *<&_>::from(block)).collect(),
        );
        let (mut state, mut expected) = ([7; 8], [7; 8]);
        sha2::compress256(&mut state, &blocks);
        sha2_original::compress256(&mut expected, &blocks);
        assert_eq!(state, expected);
        let (mut state, mut expected) = ([7; 8], [7; 8]);
        sha2::compress512(&mut state, &blocks_512);
        sha2_original::compress512(&mut expected, &blocks_512);
        assert_eq!(state, expected);
    }
}

#[test]
fn names_and_identifiers_are_those_of_the_original() {
    use sha2::digest::const_oid::AssociatedOid;

    macro_rules! same {
        ($($hash:ident)*) => {
            $(
                assert_eq!($hash::OID, sha2_original::$hash::OID);
                assert_eq!(format!("{:?}", $hash::new()), format!("{:?}", sha2_original::$hash::new()));
            )*
        };
    }
    same!(Sha224 Sha256 Sha384 Sha512 Sha512_224 Sha512_256);
}

#[test]
fn other_lengths_are_refused() {
    use sha2::digest::core_api::VariableOutputCore;
    for len in 0..=80 {
        let is_known = |core: bool, original: bool| assert_eq!(core, original, "{len}");
        is_known(
            sha2::Sha256VarCore::new(len).is_ok(),
            sha2_original::Sha256VarCore::new(len).is_ok(),
        );
        is_known(
            sha2::Sha512VarCore::new(len).is_ok(),
            sha2_original::Sha512VarCore::new(len).is_ok(),
        );
    }
}
