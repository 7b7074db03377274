//! Scalars as a field, with the constants that belong to one.

use elliptic_curve::ff::{Field, PrimeField, helpers};
use elliptic_curve::rand_core::RngCore;
use elliptic_curve::subtle::{Choice, ConstantTimeEq, CtOption};

use zisk_secp256k1::modulus::ORDER;
use zisk_secp256k1::words::{self, Words, is_below};

use super::{MODULUS, Scalar};
use crate::{FieldBytes, ORDER_HEX};

/// The order less one is 2^6 times an odd number; this is half of what is left of that number without its lowest bit.
const HALF_OF_ODD: Words = words::shifted_right(&MODULUS, 7);

impl Field for Scalar {
    const ZERO: Self = Self::ZERO;
    const ONE: Self = Self::ONE;

    fn random(mut rng: impl RngCore) -> Self {
        Self::generate_vartime(&mut rng)
    }

    fn square(&self) -> Self {
        self.square()
    }

    fn double(&self) -> Self {
        *self + self
    }

    fn invert(&self) -> CtOption<Self> {
        self.invert()
    }

    /// By the algorithm of Tonelli and Shanks, in the form that takes the same steps for all squares (Adj and
    /// Rodriguez-Henriquez, eprint 2012/685, algorithm 5). Other forms find the other root of some squares.
    fn sqrt(&self) -> CtOption<Self> {
        let power = Self(ORDER.pow(&self.0, &HALF_OF_ODD));
        let mut root = power * self;
        // The order of both is a power of 2.
        let (mut rest, mut factor) = (root * power, Self::ROOT_OF_UNITY);
        let mut log_order = Self::S;
        for step in (1..=Self::S).rev() {
            let (mut log_rest, mut power, mut is_within) = (1, rest.square(), true);
            for squarings in 2..step {
                is_within &= squarings != log_order;
                if power != Self::ONE {
                    power = power.square();
                    log_rest = squarings;
                } else if is_within {
                    factor = factor.square();
                }
            }
            if rest != Self::ONE {
                root *= factor;
            }
            factor = factor.square();
            rest *= factor;
            log_order = log_rest;
        }
        CtOption::new(root, root.square().ct_eq(self))
    }

    fn sqrt_ratio(numerator: &Self, denominator: &Self) -> (Choice, Self) {
        helpers::sqrt_ratio_generic(numerator, denominator)
    }
}

impl PrimeField for Scalar {
    type Repr = FieldBytes;

    const MODULUS: &'static str = ORDER_HEX;
    const NUM_BITS: u32 = 256;
    const CAPACITY: u32 = 255;
    const TWO_INV: Self = Self([
        0xdfe9_2f46_681b_20a1,
        0x5d57_6e73_57a4_501d,
        u64::MAX,
        u64::MAX >> 1,
    ]);
    const MULTIPLICATIVE_GENERATOR: Self = Self([7, 0, 0, 0]);
    const S: u32 = 6;
    const ROOT_OF_UNITY: Self = Self([
        0x992f_4b54_02b0_52f2,
        0x98bd_eab6_8075_6045,
        0xdf98_79a3_fbc4_83a8,
        0x0c1d_c060_e7a9_1986,
    ]);
    const ROOT_OF_UNITY_INV: Self = Self([
        0xb6fb_30a0_884f_0d1c,
        0x77a2_7591_0aa4_13c3,
        0xefc7_b0c7_5b8c_bb72,
        0xfd3a_e181_f12d_7096,
    ]);
    const DELTA: Self = Self([
        0x1994_17c8_c0bb_7601,
        0xd63b_78e7_80e1_341e,
        0x000c_bc21_fe45_61c8,
        0,
    ]);

    fn from_repr(bytes: FieldBytes) -> CtOption<Self> {
        let number = words::from_be_bytes(bytes.as_ref());
        CtOption::new(Self(number), u8::from(is_below(&number, &MODULUS)).into())
    }

    fn to_repr(&self) -> FieldBytes {
        self.to_bytes()
    }

    fn is_odd(&self) -> Choice {
        ((self.0[0] & 1) as u8).into()
    }
}

#[cfg(feature = "bits")]
impl elliptic_curve::group::ff::PrimeFieldBits for Scalar {
    type ReprBits = [u64; 4];

    fn to_le_bits(&self) -> crate::ScalarBits {
        self.into()
    }

    fn char_le_bits() -> crate::ScalarBits {
        MODULUS.into()
    }
}
