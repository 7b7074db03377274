mod add;
mod double;

use zisk_software::secp256k1::{self, SECP256K1_FIELD};
use zisk_stark::Val;

use crate::bigint::limbs_of_bytes;
use crate::coprocessor::limbs;

type Point = [u64; 8];

/// The generator (SEC 2, section 2.4.1).
const G: Point = [
    0x59f2_815b_16f8_1798,
    0x029b_fcdb_2dce_28d9,
    0x55a0_6295_ce87_0b07,
    0x79be_667e_f9dc_bbac,
    0x9c47_d08f_fb10_d4b8,
    0xfd17_b448_a685_5419,
    0x5da4_fbfc_0e11_08a8,
    0x483a_da77_26a3_c465,
];

fn point(x: [u64; 4], y: [u64; 4]) -> Point {
    core::array::from_fn(|index| if index < 4 { x[index] } else { y[index - 4] })
}

/// The limbs of a number whose bits are all set.
fn ones() -> [Val; 16] {
    limbs(&[u64::MAX; 4])
}

/// The limbs of a number in bytes.
fn limbs_of(bytes: [Val; 32]) -> [Val; 16] {
    let limbs = limbs_of_bytes(&bytes);
    core::array::from_fn(|index| limbs[index])
}

/// Points of the curve and others, at the ends of the field too.
fn points() -> alloc::vec::Vec<Point> {
    let [order_less_1, order_less_2] =
        [1, 2].map(|less| [SECP256K1_FIELD[0] - less, u64::MAX, u64::MAX, u64::MAX]);
    let mut points = alloc::vec![
        point([0; 4], [1, 0, 0, 0]),
        point([1, 0, 0, 0], [0; 4]),
        point(order_less_1, order_less_1),
        point(order_less_2, [u64::MAX; 4]),
        point([7, 0, 0, 0], SECP256K1_FIELD),
        point([0, 0, 0, 1 << 63], [u64::MAX, 0, 0, 1 << 63]),
    ];
    let mut multiple = G;
    for _ in 0..6 {
        points.push(multiple);
        multiple = secp256k1::double(&multiple).unwrap();
    }
    points
}
