//! Sums of multiples of points, all in one pass: the doublings are shared, four bits of each scalar are added at a time.

use core::array;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::affine::AffinePoint;
use crate::endomorphism;
use crate::generator::{HIGH, LOW};
use crate::point::{Multiples, Point, add, double, multiples};
use crate::projective::ProjectivePoint;
use crate::scalar::Scalar;
use crate::words::{Words, ZERO, is_zero};

/// Bits of a digit.
const WINDOW: usize = 4;
/// Digits of the scalars here, which are below 2^132.
const DIGITS: usize = 33;
const DIGITS_PER_WORD: usize = 64 / WINDOW;

/// A scalar below 2^132, and the multiples of its point.
#[derive(Clone, Copy)]
struct Term<'a> {
    scalar: [u64; 3],
    multiples: &'a Multiples,
}

impl<'a> Term<'a> {
    fn new(scalar: &Words, multiples: &'a Multiples) -> Self {
        let [low, middle, high, _] = *scalar;
        Self {
            scalar: [low, middle, high],
            multiples,
        }
    }

    /// The generator's multiple by a scalar, whose upper half is a scalar of 2^128 times the generator.
    fn of_generator([a, b, c, d]: &Words) -> [Term<'static>; 2] {
        [
            Term {
                scalar: [*a, *b, 0],
                multiples: &LOW,
            },
            Term {
                scalar: [*c, *d, 0],
                multiples: &HIGH,
            },
        ]
    }
}

/// The sum of these terms.
#[inline]
fn sum_of(terms: &[Term<'_>]) -> AffinePoint {
    let mut sum: Point = [0; 8];
    let mut is_infinity = true;
    for position in (0..DIGITS).rev() {
        if !is_infinity {
            for _ in 0..WINDOW {
                double(&mut sum);
            }
        }
        let (word, shift) = (position / DIGITS_PER_WORD, position % DIGITS_PER_WORD * WINDOW);
        for term in terms {
            let digit = (term.scalar[word] >> shift) as usize % (1 << WINDOW);
            if digit == 0 {
                continue;
            }
            let multiple = &term.multiples[digit - 1];
            if is_infinity {
                sum = *multiple;
                is_infinity = false;
            } else {
                is_infinity = !add(&mut sum, multiple);
            }
        }
    }
    if is_infinity {
        AffinePoint::IDENTITY
    } else {
        AffinePoint::of(sum)
    }
}

/// The multiples that terms of a pair need: none if there is nothing to add, and none of the generator, whose multiples stand in
/// the program.
#[inline]
fn tables(p: &AffinePoint, scalar: &Words) -> Option<[Multiples; 2]> {
    let is_needed = !p.is_infinity() && !is_zero(scalar) && !is_generator(p);
    is_needed.then(|| [multiples(&p.point), multiples(&endomorphism::image(&p.point))])
}

#[inline]
fn terms<'a>(p: &AffinePoint, scalar: &Words, tables: Option<&'a [Multiples; 2]>) -> [Term<'a>; 2] {
    if let Some([first, second]) = tables {
        let halves = endomorphism::halves(scalar);
        [Term::new(&halves[0], first), Term::new(&halves[1], second)]
    } else if p.is_infinity() {
        Term::of_generator(&ZERO)
    } else {
        Term::of_generator(scalar)
    }
}

/// The generator times a scalar.
pub(crate) fn of_generator(scalar: &Words) -> AffinePoint {
    sum_of(&Term::of_generator(scalar))
}

/// A point times a scalar.
pub(crate) fn multiple(p: &AffinePoint, scalar: &Words) -> AffinePoint {
    let tables = tables(p, scalar);
    sum_of(&terms(p, scalar, tables.as_ref()))
}

/// `a * G + b * p`: what checking a signature takes.
pub(crate) fn with_generator(a: &Words, b: &Words, p: &AffinePoint) -> AffinePoint {
    let tables = tables(p, b);
    let ([first, second], [third, fourth]) = (Term::of_generator(a), terms(p, b, tables.as_ref()));
    sum_of(&[first, second, third, fourth])
}

/// The sum of points times scalars.
pub(crate) fn of_pairs<const N: usize>(pairs: &[(ProjectivePoint, Scalar); N]) -> AffinePoint {
    let tables: [_; N] = array::from_fn(|index| {
        let (p, scalar) = &pairs[index];
        tables(p.as_affine(), &scalar.0)
    });
    let terms: [_; N] = array::from_fn(|index| {
        let (p, scalar) = &pairs[index];
        terms(p.as_affine(), &scalar.0, tables[index].as_ref())
    });
    sum_of(terms.as_flattened())
}

/// The same, of any number.
#[cfg(feature = "alloc")]
pub(crate) fn of_slice(pairs: &[(ProjectivePoint, Scalar)]) -> AffinePoint {
    let tables: Vec<_> = pairs
        .iter()
        .map(|(p, scalar)| tables(p.as_affine(), &scalar.0))
        .collect();
    let terms: Vec<_> = pairs
        .iter()
        .zip(&tables)
        .map(|((p, scalar), tables)| terms(p.as_affine(), &scalar.0, tables.as_ref()))
        .collect();
    sum_of(terms.as_flattened())
}

fn is_generator(p: &AffinePoint) -> bool {
    // The identity has another `x`; most points differ in the first word.
    p.point[0] == LOW[0][0] && p.point == LOW[0]
}

#[cfg(test)]
pub(crate) mod tests;
