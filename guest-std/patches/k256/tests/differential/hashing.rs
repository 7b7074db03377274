use k256::Secp256k1;
use k256::elliptic_curve::group::cofactor::CofactorGroup;
use k256::elliptic_curve::hash2curve::{ExpandMsgXmd, FromOkm, GroupDigest, MapToCurve};
use k256::sha2::Sha256;
use k256_original as upstream;

use crate::points::assert_same;
use crate::values::{Rng, numbers};

const TAG: &[&[u8]] = &[b"QUUX-V01-CS02-with-secp256k1_XMD:SHA-256_SSWU_RO_"];

#[test]
fn hashes_are_the_same_points() {
    for message in [&b""[..], b"abc", b"abcdef0123456789", &[7; 300]] {
        let ours = Secp256k1::hash_from_bytes::<ExpandMsgXmd<Sha256>>(&[message], TAG).unwrap();
        assert_same(
            ours.clear_cofactor(),
            upstream::Secp256k1::hash_from_bytes::<ExpandMsgXmd<Sha256>>(&[message], TAG).unwrap(),
        );
        assert_same(
            Secp256k1::encode_from_bytes::<ExpandMsgXmd<Sha256>>(&[message], TAG).unwrap(),
            upstream::Secp256k1::encode_from_bytes::<ExpandMsgXmd<Sha256>>(&[message], TAG).unwrap(),
        );
        assert_eq!(
            Secp256k1::hash_to_scalar::<ExpandMsgXmd<Sha256>>(&[message], TAG)
                .unwrap()
                .to_bytes(),
            upstream::Secp256k1::hash_to_scalar::<ExpandMsgXmd<Sha256>>(&[message], TAG)
                .unwrap()
                .to_bytes(),
        );
    }
}

#[test]
fn elements_are_mapped_to_the_same_points() {
    for bytes in numbers(20) {
        let ours: Option<k256::FieldElement> = k256::FieldElement::from_bytes(&bytes.into()).into();
        let theirs: Option<upstream::FieldElement> = upstream::FieldElement::from_bytes(&bytes.into()).into();
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            assert_same(ours.map_to_curve(), theirs.map_to_curve());
        }
    }
    let mut rng = Rng(14);
    for _ in 0..20 {
        let mut bytes = [0; 48];
        bytes[..32].copy_from_slice(&rng.bytes());
        bytes[16..].copy_from_slice(&rng.bytes());
        let bytes = bytes.into();
        assert_eq!(
            k256::FieldElement::from_okm(&bytes).to_bytes(),
            upstream::FieldElement::from_okm(&bytes).normalize().to_bytes()
        );
        assert_eq!(
            k256::Scalar::from_okm(&bytes).to_bytes(),
            upstream::Scalar::from_okm(&bytes).to_bytes()
        );
    }
}
