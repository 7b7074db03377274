//! Key agreement by Diffie and Hellman.

pub use elliptic_curve::ecdh::diffie_hellman;

use crate::{AffinePoint, Secp256k1};

/// A secret for one agreement.
pub type EphemeralSecret = elliptic_curve::ecdh::EphemeralSecret<Secp256k1>;

/// What was agreed on.
pub type SharedSecret = elliptic_curve::ecdh::SharedSecret<Secp256k1>;

impl From<&AffinePoint> for SharedSecret {
    fn from(point: &AffinePoint) -> Self {
        point.x().to_bytes().into()
    }
}
