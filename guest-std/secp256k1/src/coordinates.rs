//! The group law on points that are not infinity, as coprocessors have it.
//!
//! Every point is one of the curve. So `y` is never 0, because -7 is no cube, and a point always has a double.

use crate::modulus::FIELD;
use crate::platform;
use crate::words::{Words, ZERO};

/// The coordinates of a point that is not infinity: `x`, then `y`, the lowest word first.
pub type Coordinates = [u64; 8];
/// A point times 1 to 15, each in its place; what stands in the place of 0 is not read.
pub(crate) type Multiples = [Coordinates; 16];

pub(crate) fn coordinates(x: &Words, y: &Words) -> Coordinates {
    [x[0], x[1], x[2], x[3], y[0], y[1], y[2], y[3]]
}

/// The first coordinate.
pub fn x_of(point: &Coordinates) -> &Words {
    let [x, _] = halves(point);
    x
}

/// The second coordinate.
pub fn y_of(point: &Coordinates) -> &Words {
    let [_, y] = halves(point);
    y
}

fn halves(point: &Coordinates) -> &[Words; 2] {
    point.as_chunks().0.first_chunk().expect("a point is two numbers")
}

/// `p <- p + q`; `false` where the sum is infinity, and then `p` is as it was.
#[inline]
pub(crate) fn add(p: &mut Coordinates, q: &Coordinates) -> bool {
    // Only points that are chosen for it have the same word here.
    if p[0] == q[0] {
        return add_alike(p, q);
    }
    platform::secp256k1_add(p, q);
    true
}

/// The same, for points that may have the same `x`: the coprocessor has no sum of these.
#[cold]
#[inline(never)]
fn add_alike(p: &mut Coordinates, q: &Coordinates) -> bool {
    if x_of(p) != x_of(q) {
        platform::secp256k1_add(p, q);
        true
    } else if y_of(p) == y_of(q) {
        platform::secp256k1_double(p);
        true
    } else {
        false
    }
}

#[inline]
pub(crate) fn double(p: &mut Coordinates) {
    platform::secp256k1_double(p);
}

/// `p <- -p`
#[inline]
pub(crate) fn negate(p: &mut Coordinates) {
    let y = p.last_chunk_mut().expect("a point is two numbers");
    platform::u256_mul_add_mod(y, &FIELD.minus_one, &ZERO, &FIELD.value);
}

/// Makes multiples of a point that is in all places.
#[inline]
pub(crate) fn multiply(multiples: &mut Multiples) {
    double(&mut multiples[2]);
    for index in 3..multiples.len() {
        let [before, multiple] = multiples
            .get_disjoint_mut([index - 1, index])
            .expect("both are there");
        // The order of a point is a large prime, so a multiple this small is not the point or its negative.
        platform::secp256k1_add(multiple, before);
    }
}
