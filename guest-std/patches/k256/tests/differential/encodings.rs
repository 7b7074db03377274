use k256::elliptic_curve::group::GroupEncoding;
use k256::elliptic_curve::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use k256::elliptic_curve::point::{DecompactPoint, DecompressPoint};
use k256::elliptic_curve::sec1::{FromEncodedPoint, ToEncodedPoint};
use k256::{AffinePoint, CompressedPoint, EncodedPoint, ProjectivePoint, PublicKey, SecretKey};
use k256_original as upstream;

use crate::points::points;
use crate::values::{Bytes, Rng, numbers};

fn encoded(point: impl Into<Option<AffinePoint>>) -> Option<Box<[u8]>> {
    point.into().map(|point| point.to_encoded_point(false).to_bytes())
}

fn encoded_by_them(point: impl Into<Option<upstream::AffinePoint>>) -> Option<Box<[u8]>> {
    point.into().map(|point| point.to_encoded_point(false).to_bytes())
}

/// What both crates make of bytes; whether it is a point.
fn decode(bytes: &[u8]) -> bool {
    let (ours, theirs) = (
        EncodedPoint::from_bytes(bytes),
        upstream::EncodedPoint::from_bytes(bytes),
    );
    assert_eq!(ours.is_ok(), theirs.is_ok());
    let (Ok(ours), Ok(theirs)) = (ours, theirs) else {
        assert!(PublicKey::from_sec1_bytes(bytes).is_err());
        return false;
    };
    let point = encoded(AffinePoint::from_encoded_point(&ours));
    assert_eq!(
        point,
        encoded_by_them(upstream::AffinePoint::from_encoded_point(&theirs))
    );
    assert_eq!(point, encoded(AffinePoint::try_from(&ours).ok()));
    let projective: Option<ProjectivePoint> = ProjectivePoint::from_encoded_point(&ours).into();
    assert_eq!(point, encoded(projective.map(|point| point.to_affine())));
    let (key, their_key) = (
        PublicKey::from_sec1_bytes(bytes),
        upstream::PublicKey::from_sec1_bytes(bytes),
    );
    assert_eq!(
        key.ok().map(|key| key.to_sec1_bytes()),
        their_key.ok().map(|key| key.to_sec1_bytes())
    );
    point.is_some()
}

#[test]
fn points_have_the_same_encodings() {
    for (ours, theirs) in points() {
        for compress in [false, true] {
            let bytes = ours.to_encoded_point(compress).to_bytes();
            assert_eq!(bytes, theirs.to_encoded_point(compress).to_bytes());
            assert!(decode(&bytes));
        }
        assert_eq!(
            EncodedPoint::from(ours.to_affine()).as_bytes(),
            upstream::EncodedPoint::from(theirs.to_affine()).as_bytes()
        );
        let bytes = ours.to_bytes();
        assert_eq!(ProjectivePoint::from_bytes(&bytes).unwrap(), ours);
        assert_eq!(
            AffinePoint::from_bytes_unchecked(&bytes).unwrap(),
            ours.to_affine()
        );
        let (key, their_key) = (PublicKey::try_from(ours), upstream::PublicKey::try_from(theirs));
        assert_eq!(key.is_ok(), their_key.is_ok());
        if let (Ok(key), Ok(their_key)) = (key, their_key) {
            let der = key.to_public_key_der().unwrap();
            assert_eq!(der.as_bytes(), their_key.to_public_key_der().unwrap().as_bytes());
            assert_eq!(PublicKey::from_public_key_der(der.as_bytes()), Ok(key));
            assert_eq!(AffinePoint::from(&key), ours.to_affine());
            assert_eq!(ProjectivePoint::from(key), ours);
        }
    }
}

/// Every tag, with coordinates that are and are not on the curve, or not below the order of the field.
#[test]
fn the_same_bytes_are_points() {
    let key = ProjectivePoint::GENERATOR.to_encoded_point(false);
    let y: Bytes = (*key.y().unwrap()).into();
    let mut num_points = 0;
    for (index, x) in numbers(30).into_iter().enumerate() {
        for tag in 0..=6 {
            let mut bytes = vec![tag];
            bytes.extend(x);
            num_points += usize::from(decode(&bytes));
            for y in [y, [0; 32], numbers(1)[index % 30]] {
                let mut bytes = bytes.clone();
                bytes.extend(y);
                num_points += usize::from(decode(&bytes));
            }
            let repr = CompressedPoint::from_slice(&bytes);
            assert_eq!(
                encoded(AffinePoint::from_bytes(repr)),
                encoded_by_them(upstream::AffinePoint::from_bytes(repr))
            );
        }
        for is_odd in [0, 1] {
            assert_eq!(
                encoded(AffinePoint::decompress(&x.into(), is_odd.into())),
                encoded_by_them(upstream::AffinePoint::decompress(&x.into(), is_odd.into()))
            );
        }
        assert_eq!(
            encoded(AffinePoint::decompact(&x.into())),
            encoded_by_them(upstream::AffinePoint::decompact(&x.into()))
        );
    }
    assert!(num_points > 50, "{num_points}");
    for bytes in [&[][..], &[0], &[1], &[4; 64], &[2; 34]] {
        decode(bytes);
    }
    // A point, and the same with a coordinate that is larger by the order of the field or has one bit more.
    let mut bytes = key.to_bytes();
    assert!(decode(&bytes));
    for bit in 8..65 * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(!decode(&bytes), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn secret_keys_are_the_same() {
    for bytes in numbers(10) {
        let (ours, theirs) = (
            SecretKey::from_slice(&bytes),
            upstream::SecretKey::from_slice(&bytes),
        );
        assert_eq!(ours.is_ok(), theirs.is_ok());
        let (Ok(ours), Ok(theirs)) = (ours, theirs) else {
            continue;
        };
        assert_eq!(ours.to_bytes(), theirs.to_bytes());
        assert_eq!(
            ours.public_key().to_sec1_bytes(),
            theirs.public_key().to_sec1_bytes()
        );
        let der = ours.to_pkcs8_der().unwrap();
        assert_eq!(der.as_bytes(), theirs.to_pkcs8_der().unwrap().as_bytes());
        assert_eq!(SecretKey::from_pkcs8_der(der.as_bytes()).unwrap(), ours);
    }
    let random = SecretKey::random(&mut Rng(5));
    assert_eq!(
        random.to_bytes(),
        upstream::SecretKey::random(&mut Rng(5)).to_bytes()
    );
}

#[test]
fn agreements_are_the_same() {
    use k256::ecdh::{SharedSecret, diffie_hellman};

    let (ours, other) = (SecretKey::random(&mut Rng(6)), SecretKey::random(&mut Rng(7)));
    let (theirs, their_other) = (
        upstream::SecretKey::random(&mut Rng(6)),
        upstream::SecretKey::random(&mut Rng(7)),
    );
    let agreed = diffie_hellman(ours.to_nonzero_scalar(), other.public_key().as_affine());
    let expected =
        upstream::ecdh::diffie_hellman(theirs.to_nonzero_scalar(), their_other.public_key().as_affine());
    assert_eq!(agreed.raw_secret_bytes(), expected.raw_secret_bytes());
    let point = other.public_key().to_projective() * *ours.to_nonzero_scalar();
    let shared = SharedSecret::from(&point.to_affine());
    assert_eq!(shared.raw_secret_bytes(), expected.raw_secret_bytes());
}
