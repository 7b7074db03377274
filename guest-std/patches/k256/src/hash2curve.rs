//! Hashing to points (RFC 9380, suites of section 8.7).

#![allow(
    deprecated,
    reason = "the traits here are written with the type that later versions of its crate deprecate"
)]

use elliptic_curve::consts::{U4, U48};
use elliptic_curve::generic_array::GenericArray;
use elliptic_curve::group::cofactor::CofactorGroup;
use elliptic_curve::hash2curve::{
    FromOkm, GroupDigest, Isogeny, IsogenyCoefficients, MapToCurve, OsswuMap, OsswuMapParams, Sgn0,
};
use elliptic_curve::subtle::{Choice, CtOption};

use zisk_secp256k1::modulus::{FIELD, Modulus, ORDER};
use zisk_secp256k1::point::Point;
use zisk_secp256k1::words::{Words, from_be_bytes};

use crate::field::FieldElement;
use crate::{AffinePoint, ProjectivePoint, Scalar, Secp256k1};

/// Hashes are mapped to the curve `y^2 = x^3 + A * x + B`, from which an isogeny leads here (section 8.7).
const A: FieldElement = FieldElement([
    0x4054_47c0_1a44_4533,
    0xe953_d363_cb6f_0e5d,
    0xa08a_5558_f0f5_d272,
    0x3f87_31ab_dd66_1adc,
]);
/// Its `B`.
const B: FieldElement = FieldElement::from_u64(1771);
/// -11, which is no square.
const Z: FieldElement = FieldElement([0xffff_fffe_ffff_fc24, u64::MAX, u64::MAX, u64::MAX]);
/// A root of 11.
const ROOT_OF_MINUS_Z: FieldElement = FieldElement([
    0x2867_29c8_303c_4a59,
    0xec18_4f00_a747_89dd,
    0x7ad1_3fb3_8f84_2afe,
    0x31fd_f302_7240_13e5,
]);

/// The number of 48 bytes, the highest first, reduced.
fn reduced(bytes: &GenericArray<u8, U48>, modulus: &Modulus) -> Words {
    let mut halves = [[0; 32]; 2];
    for (half, bytes) in halves.iter_mut().zip(bytes.chunks_exact(24)) {
        half[8..].copy_from_slice(bytes);
    }
    let [high, low] = halves.map(|half| from_be_bytes(&half));
    modulus.mul_add(&high, &[0, 0, 0, 1], &low)
}

impl GroupDigest for Secp256k1 {
    type FieldElement = FieldElement;
}

impl FromOkm for FieldElement {
    type Length = U48;

    fn from_okm(bytes: &GenericArray<u8, U48>) -> Self {
        Self(reduced(bytes, &FIELD))
    }
}

impl FromOkm for Scalar {
    type Length = U48;

    fn from_okm(bytes: &GenericArray<u8, U48>) -> Self {
        Self(reduced(bytes, &ORDER))
    }
}

impl Sgn0 for FieldElement {
    fn sgn0(&self) -> Choice {
        self.is_odd()
    }
}

impl OsswuMap for FieldElement {
    const PARAMS: OsswuMapParams<Self> = OsswuMapParams {
        // (p - 3) / 4
        c1: &[0xffff_ffff_bfff_ff0b, u64::MAX, u64::MAX, u64::MAX >> 2],
        c2: ROOT_OF_MINUS_Z,
        map_a: A,
        map_b: B,
        z: Z,
    };
}

/// The isogeny of appendix E.1.
impl Isogeny for FieldElement {
    type Degree = U4;

    const COEFFICIENTS: IsogenyCoefficients<Self> = IsogenyCoefficients {
        xnum: &X_NUMERATOR,
        xden: &X_DENOMINATOR,
        ynum: &Y_NUMERATOR,
        yden: &Y_DENOMINATOR,
    };
}

const X_NUMERATOR: [FieldElement; 4] = [
    FieldElement([
        0x8e38_e38d_aaaa_a8c7,
        0x38e3_8e38_e38e_38e3,
        0xe38e_38e3_8e38_e38e,
        0x8e38_e38e_38e3_8e38,
    ]),
    FieldElement([
        0xdfff_1044_f17c_6581,
        0xd595_d2fc_0bf6_3b92,
        0xb9f3_15ce_a7fd_44c5,
        0x07d3_d4c8_0bc3_21d5,
    ]),
    FieldElement([
        0x4ecb_d0b5_3d9d_d262,
        0xe450_6144_037c_4031,
        0xe2a4_13de_ca25_caec,
        0x534c_328d_23f2_34e6,
    ]),
    FieldElement([
        0x8e38_e38d_aaaa_a88c,
        0x38e3_8e38_e38e_38e3,
        0xe38e_38e3_8e38_e38e,
        0x8e38_e38e_38e3_8e38,
    ]),
];
const X_DENOMINATOR: [FieldElement; 3] = [
    FieldElement([
        0x9fe6_b745_781e_b49b,
        0x86cd_4095_42f8_487d,
        0x9ca3_4ccb_b7b6_40dd,
        0xd357_7119_3d94_918a,
    ]),
    FieldElement([
        0xc52a_5661_2a8c_6d14,
        0x06d3_6b64_1f5e_41bb,
        0xf7c4_b2d5_1b54_2254,
        0xedad_c6f6_4383_dc1d,
    ]),
    FieldElement::ONE,
];
const Y_NUMERATOR: [FieldElement; 4] = [
    FieldElement([
        0xa12f_684b_8e38_e23c,
        0x2f68_4bda_12f6_84bd,
        0x684b_da12_f684_bda1,
        0x4bda_12f6_84bd_a12f,
    ]),
    FieldElement([
        0xdffc_90fc_201d_71a3,
        0x647a_b046_d686_da6f,
        0xa9d0_a54b_12a0_a6d5,
        0xc75e_0c32_d5cb_7c0f,
    ]),
    FieldElement([
        0xa765_e85a_9ece_e931,
        0x7228_30a2_01be_2018,
        0x7152_09ef_6512_e576,
        0x29a6_1946_91f9_1a73,
    ]),
    FieldElement([
        0x84bd_a12f_38e3_8d84,
        0xbda1_2f68_4bda_12f6,
        0xa12f_684b_da12_f684,
        0x2f68_4bda_12f6_84bd,
    ]),
];
const Y_DENOMINATOR: [FieldElement; 4] = [
    FieldElement([0xffff_fffe_ffff_f93b, u64::MAX, u64::MAX, u64::MAX]),
    FieldElement([
        0xdfb4_25d2_685c_2573,
        0x9467_c1bf_c8e8_d978,
        0xd5e9_e663_2722_c298,
        0x7a06_534b_b8bd_b49f,
    ]),
    FieldElement([
        0xa7bf_8192_bfd2_a76f,
        0x0a3d_2116_2f0d_6299,
        0xf3a7_0c3f_a8fe_337e,
        0x6484_aa71_6545_ca2c,
    ]),
    FieldElement::ONE,
];

impl MapToCurve for FieldElement {
    type Output = ProjectivePoint;

    fn map_to_curve(&self) -> ProjectivePoint {
        let (x, y) = self.osswu();
        let (x, y) = Self::isogeny(x, y);
        AffinePoint(Point::new(&x.0, &y.0)).into()
    }
}

/// All points of the curve are multiples of the generator.
impl CofactorGroup for ProjectivePoint {
    type Subgroup = Self;

    fn clear_cofactor(&self) -> Self {
        *self
    }

    fn into_subgroup(self) -> CtOption<Self> {
        CtOption::new(self, 1.into())
    }

    fn is_torsion_free(&self) -> Choice {
        1.into()
    }
}
