//! Keccak as it was submitted, and what FIPS 202 made of it.

use crate::Hasher;
#[cfg(feature = "shake")]
use crate::Xof;
use crate::sponge::Sponge;

macro_rules! hash {
    (
        $(#[$attribute:meta])* $name:ident, delimiter $delimiter:literal,
        $($(#[$version_attribute:meta])* $version:ident $security:literal)*
    ) => {
        $(#[$attribute])*
        #[derive(Clone)]
        pub struct $name(Sponge<24>);

        impl $name {
            $(
                $(#[$version_attribute])*
                pub fn $version() -> Self {
                    Self(Sponge::new($security, $delimiter))
                }
            )*
        }

        impl Hasher for $name {
            fn update(&mut self, input: &[u8]) {
                self.0.update(input);
            }

            fn finalize(mut self, output: &mut [u8]) {
                self.0.squeeze(output);
            }
        }
    };
}

#[cfg(feature = "keccak")]
hash!(
    /// Keccak with its first padding, as Ethereum uses it.
    Keccak, delimiter 0x01,
    /// For digests of 224 bits.
    v224 224
    /// For digests of 256 bits.
    v256 256
    /// For digests of 384 bits.
    v384 384
    /// For digests of 512 bits.
    v512 512
);

#[cfg(feature = "sha3")]
hash!(
    /// SHA-3 (FIPS 202, section 6.1).
    Sha3, delimiter 0x06,
    /// SHA3-224.
    v224 224
    /// SHA3-256.
    v256 256
    /// SHA3-384.
    v384 384
    /// SHA3-512.
    v512 512
);

#[cfg(feature = "shake")]
hash!(
    /// SHAKE (FIPS 202, section 6.2), whose digests have any length.
    Shake, delimiter 0x1f,
    /// SHAKE128.
    v128 128
    /// SHAKE256.
    v256 256
);

#[cfg(feature = "shake")]
impl Xof for Shake {
    fn squeeze(&mut self, output: &mut [u8]) {
        self.0.squeeze(output);
    }
}
