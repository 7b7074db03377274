//! Sums of multiples of points, all in one pass: the doublings are shared, four bits of each scalar are added at a time.

use core::array;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::affine::AffinePoint;
use crate::endomorphism;
use crate::generator::{HIGH, LOW, MINUS_HIGH};
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

    #[inline]
    fn digit(&self, position: usize) -> usize {
        let (word, shift) = (position / DIGITS_PER_WORD, position % DIGITS_PER_WORD * WINDOW);
        (self.scalar[word] >> shift) as usize % (1 << WINDOW)
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

/// Adds what a term has at a position; `false` where the sum is infinity, and then it is as it was.
#[inline]
fn add_digit(sum: &mut Point, term: &Term<'_>, position: usize) -> bool {
    match term.digit(position).checked_sub(1) {
        Some(index) => add(sum, &term.multiples[index]),
        None => true,
    }
}

/// The sum of these terms.
///
/// It begins with the generator, so that there is a point to add to and to double from the first digit on. In the end, that is
/// 2^128 times the generator too much.
#[inline]
fn sum_of(terms: &[Term<'_>]) -> AffinePoint {
    let mut sum = LOW[0];
    for position in (0..DIGITS).rev() {
        if position + 1 < DIGITS {
            for _ in 0..WINDOW {
                double(&mut sum);
            }
        }
        for term in terms {
            if !add_digit(&mut sum, term, position) {
                return sum_through_infinity(terms);
            }
        }
    }
    if add(&mut sum, &MINUS_HIGH) {
        AffinePoint::of(sum)
    } else {
        AffinePoint::IDENTITY
    }
}

/// The same, of whatever terms: the sum may be infinity on the way.
#[cold]
#[inline(never)]
fn sum_through_infinity(terms: &[Term<'_>]) -> AffinePoint {
    let mut sum = AffinePoint::IDENTITY;
    for position in (0..DIGITS).rev() {
        for _ in 0..WINDOW {
            sum = sum.doubled();
        }
        for term in terms {
            if let Some(index) = term.digit(position).checked_sub(1) {
                sum = sum.sum(&AffinePoint::of(term.multiples[index]));
            }
        }
    }
    sum
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
