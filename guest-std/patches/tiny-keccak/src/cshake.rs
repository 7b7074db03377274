//! cSHAKE and two of the functions that NIST SP 800-185 makes of it.

#[cfg(any(feature = "kmac", feature = "tuple_hash"))]
use crate::IntoXof;
use crate::encoding::left_encode;
#[cfg(any(feature = "kmac", feature = "tuple_hash"))]
use crate::encoding::right_encode;
use crate::sponge::{Sponge, rate_of};
use crate::{Hasher, Xof};

/// cSHAKE (NIST SP 800-185, section 3): SHAKE with a name and a string that tell its uses apart.
#[derive(Clone)]
pub struct CShake(Sponge<24>);

impl CShake {
    /// cSHAKE128.
    pub fn v128(name: &[u8], custom_string: &[u8]) -> Self {
        Self::new(name, custom_string, 128)
    }

    /// cSHAKE256.
    pub fn v256(name: &[u8], custom_string: &[u8]) -> Self {
        Self::new(name, custom_string, 256)
    }

    pub(crate) fn new(name: &[u8], custom_string: &[u8], security: usize) -> Self {
        if name.is_empty() && custom_string.is_empty() {
            return Self(Sponge::new(security, 0x1f));
        }
        let mut this = Self(Sponge::new(security, 0x04));
        this.update(left_encode(rate_of(security)).as_ref());
        this.update_with_length(name);
        this.update_with_length(custom_string);
        this.end_block();
        this
    }

    /// A string behind its length in bits.
    fn update_with_length(&mut self, string: &[u8]) {
        self.update(left_encode(8 * string.len()).as_ref());
        self.update(string);
    }

    /// Ends a block, also one in which nothing stands yet: section 2.3.3 would have none there, but the original has, and who
    /// takes its place computes what it computes.
    fn end_block(&mut self) {
        self.0.end_block();
    }
}

impl Hasher for CShake {
    fn update(&mut self, input: &[u8]) {
        self.0.update(input);
    }

    fn finalize(mut self, output: &mut [u8]) {
        self.0.squeeze(output);
    }
}

impl Xof for CShake {
    fn squeeze(&mut self, output: &mut [u8]) {
        self.0.squeeze(output);
    }
}

/// What is made of cSHAKE by a length behind the message: that of the digest in bits, or 0 where it can be read on and on.
#[cfg(any(feature = "kmac", feature = "tuple_hash"))]
macro_rules! with_length_of_digest {
    ($name:ident, $(#[$attribute:meta])* $xof:ident) => {
        $(#[$attribute])*
        #[derive(Clone)]
        pub struct $xof(CShake);

        impl IntoXof for $name {
            type Xof = $xof;

            fn into_xof(mut self) -> Self::Xof {
                self.0.update(right_encode(0).as_ref());
                $xof(self.0)
            }
        }

        impl Xof for $xof {
            fn squeeze(&mut self, output: &mut [u8]) {
                self.0.squeeze(output);
            }
        }
    };
}

/// KMAC (NIST SP 800-185, section 4): a hash with a key.
#[cfg(feature = "kmac")]
#[derive(Clone)]
pub struct Kmac(CShake);

#[cfg(feature = "kmac")]
impl Kmac {
    /// KMAC128.
    pub fn v128(key: &[u8], custom_string: &[u8]) -> Self {
        Self::new(key, custom_string, 128)
    }

    /// KMAC256.
    pub fn v256(key: &[u8], custom_string: &[u8]) -> Self {
        Self::new(key, custom_string, 256)
    }

    fn new(key: &[u8], custom_string: &[u8], security: usize) -> Self {
        let mut state = CShake::new(b"KMAC", custom_string, security);
        state.update(left_encode(rate_of(security)).as_ref());
        state.update_with_length(key);
        state.end_block();
        Self(state)
    }
}

#[cfg(feature = "kmac")]
impl Hasher for Kmac {
    fn update(&mut self, input: &[u8]) {
        self.0.update(input);
    }

    fn finalize(mut self, output: &mut [u8]) {
        self.0.update(right_encode(8 * output.len()).as_ref());
        self.0.squeeze(output);
    }
}

#[cfg(feature = "kmac")]
with_length_of_digest!(
    Kmac,
    /// KMACXOF (NIST SP 800-185, section 4.3.1): what [`Kmac`]'s [`IntoXof`] gives.
    KmacXof
);

/// TupleHash (NIST SP 800-185, section 5): of strings, not of what they are together. Each `update` is one of them.
#[cfg(feature = "tuple_hash")]
#[derive(Clone)]
pub struct TupleHash(CShake);

#[cfg(feature = "tuple_hash")]
impl TupleHash {
    /// TupleHash128.
    pub fn v128(custom_string: &[u8]) -> Self {
        Self(CShake::new(b"TupleHash", custom_string, 128))
    }

    /// TupleHash256.
    pub fn v256(custom_string: &[u8]) -> Self {
        Self(CShake::new(b"TupleHash", custom_string, 256))
    }
}

#[cfg(feature = "tuple_hash")]
impl Hasher for TupleHash {
    fn update(&mut self, input: &[u8]) {
        self.0.update_with_length(input);
    }

    fn finalize(mut self, output: &mut [u8]) {
        self.0.update(right_encode(8 * output.len()).as_ref());
        self.0.squeeze(output);
    }
}

#[cfg(feature = "tuple_hash")]
with_length_of_digest!(
    TupleHash,
    /// TupleHashXOF (NIST SP 800-185, section 5.3.1): what [`TupleHash`]'s [`IntoXof`] gives.
    TupleHashXof
);
