//! Sums of multiples of points, all in one pass: the doublings are shared, four bits of each scalar are added at a time.

use core::array;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::affine::AffinePoint;
use crate::endomorphism;
use crate::generator::{HIGH, LOW, MINUS_HIGH};
use crate::point::{Multiples, Point, add, double, multiply};
use crate::projective::ProjectivePoint;
use crate::scalar::Scalar;
use crate::words::{Words, ZERO, is_zero};

/// Bits of a digit.
const WINDOW: u32 = 4;
/// How many digits there are in the words of a scalar, the highest first.
const DIGITS: [u32; 3] = [1, 16, 16];

/// A scalar below 2^132, and the multiples of its point.
#[derive(Clone, Copy)]
struct Term<'a> {
    /// The highest word first; in each, the next digit stands highest.
    scalar: [u64; 3],
    multiples: &'a Multiples,
}

impl<'a> Term<'a> {
    #[inline]
    fn new(scalar: &Words, multiples: &'a Multiples) -> Self {
        let [low, middle, high, _] = *scalar;
        Self {
            scalar: [high << (64 - WINDOW), middle, low],
            multiples,
        }
    }

    /// The generator's multiple by a scalar, whose upper half is a scalar of 2^128 times the generator.
    #[inline]
    fn of_generator([a, b, c, d]: &Words) -> [Term<'static>; 2] {
        [
            Term::new(&[*a, *b, 0, 0], &LOW),
            Term::new(&[*c, *d, 0, 0], &HIGH),
        ]
    }
}

/// Takes the next digit from a word.
#[inline]
fn next_digit(word: &mut u64) -> usize {
    let digit = *word >> (64 - WINDOW);
    *word <<= WINDOW;
    digit as usize
}

/// The sum of these terms.
///
/// It begins with the generator, so that there is a point to add to and to double from the first digit on. In the end, that is
/// 2^128 times the generator too much.
#[inline(never)]
fn sum_of<const N: usize>(terms: &[Term<'_>; N]) -> AffinePoint {
    let mut sum = LOW[1];
    for (index, num_digits) in DIGITS.into_iter().enumerate() {
        let mut words = terms.map(|term| term.scalar[index]);
        for _ in 0..num_digits {
            if index > 0 {
                for _ in 0..WINDOW {
                    double(&mut sum);
                }
            }
            for (word, term) in words.iter_mut().zip(terms) {
                let digit = next_digit(word);
                if digit > 0 && !add(&mut sum, &term.multiples[digit]) {
                    return sum_of_any(terms);
                }
            }
        }
    }
    if add(&mut sum, &MINUS_HIGH) {
        AffinePoint::of(sum)
    } else {
        AffinePoint::IDENTITY
    }
}

/// The same, of any number of terms and where the sum is infinity on the way.
#[cold]
#[inline(never)]
fn sum_of_any(terms: &[Term<'_>]) -> AffinePoint {
    let mut sum = AffinePoint::IDENTITY;
    for (index, num_digits) in DIGITS.into_iter().enumerate() {
        for place in 0..num_digits {
            for _ in 0..WINDOW {
                sum = sum.doubled();
            }
            for term in terms {
                let digit = next_digit(&mut (term.scalar[index] << (WINDOW * place)));
                if digit > 0 {
                    sum = sum.sum(&AffinePoint::of(term.multiples[digit]));
                }
            }
        }
    }
    sum
}

/// The terms of a pair that needs no multiples computed: there is nothing to add, or those of the generator stand in the program.
#[inline]
fn known_terms(p: &AffinePoint, scalar: &Words) -> Option<[Term<'static>; 2]> {
    if p.is_infinity() || is_zero(scalar) {
        Some(Term::of_generator(&ZERO))
    } else {
        is_generator(p).then(|| Term::of_generator(scalar))
    }
}

/// Room for the multiples of a point and of its image under the endomorphism; each is in all places of its own.
#[inline]
fn tables(p: &Point) -> [Multiples; 2] {
    [[*p; 16], [endomorphism::image(p); 16]]
}

#[inline]
fn terms<'a>(scalar: &Words, tables: &'a mut [Multiples; 2]) -> [Term<'a>; 2] {
    let [first, second] = tables;
    multiply(first);
    multiply(second);
    let halves = endomorphism::halves(scalar);
    [Term::new(&halves[0], first), Term::new(&halves[1], second)]
}

/// The generator times a scalar.
pub(crate) fn of_generator(scalar: &Words) -> AffinePoint {
    sum_of(&Term::of_generator(scalar))
}

/// A point times a scalar.
pub(crate) fn multiple(p: &AffinePoint, scalar: &Words) -> AffinePoint {
    if let Some(terms) = known_terms(p, scalar) {
        return sum_of(&terms);
    }
    let mut tables = tables(&p.point);
    sum_of(&terms(scalar, &mut tables))
}

/// `a * G + b * p`: what checking a signature takes.
pub(crate) fn with_generator(a: &Words, b: &Words, p: &AffinePoint) -> AffinePoint {
    let [low, high] = Term::of_generator(a);
    if let Some([first, second]) = known_terms(p, b) {
        return sum_of(&[low, high, first, second]);
    }
    let mut tables = tables(&p.point);
    let [first, second] = terms(b, &mut tables);
    sum_of(&[low, high, first, second])
}

/// The sum of points times scalars.
pub(crate) fn of_pairs<const N: usize>(pairs: &[(ProjectivePoint, Scalar); N]) -> AffinePoint {
    let mut all_tables = pairs.each_ref().map(|(p, _)| tables(&p.as_affine().point));
    let terms: [_; N] = {
        let mut tables = all_tables.iter_mut();
        array::from_fn(|index| {
            let (p, scalar) = &pairs[index];
            let tables = tables.next().expect("there are some for each pair");
            known_terms(p.as_affine(), &scalar.0).unwrap_or_else(|| terms(&scalar.0, tables))
        })
    };
    match *terms.as_flattened() {
        [a, b, c, d] => sum_of(&[a, b, c, d]),
        ref terms => sum_of_any(terms),
    }
}

/// The same, of any number.
#[cfg(feature = "alloc")]
pub(crate) fn of_slice(pairs: &[(ProjectivePoint, Scalar)]) -> AffinePoint {
    let mut all_tables: Vec<_> = pairs.iter().map(|(p, _)| tables(&p.as_affine().point)).collect();
    let terms: Vec<_> = pairs
        .iter()
        .zip(&mut all_tables)
        .map(|((p, scalar), tables)| {
            known_terms(p.as_affine(), &scalar.0).unwrap_or_else(|| terms(&scalar.0, tables))
        })
        .collect();
    sum_of_any(terms.as_flattened())
}

fn is_generator(p: &AffinePoint) -> bool {
    // The identity has another `x`; most points differ in the first word.
    p.point[0] == LOW[1][0] && p.point == LOW[1]
}

#[cfg(test)]
pub(crate) mod tests;
