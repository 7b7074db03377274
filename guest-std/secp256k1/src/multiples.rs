//! Points times scalars, and sums of those, all in one pass: the doublings are shared, four bits of each scalar are added at a time.
//!
//! Scalars are below the order of the curve. Points may be infinity or the same, and so may what is added to them on the way.

use core::array;

#[cfg(feature = "alloc")]
use alloc::{vec, vec::Vec};

use crate::coordinates::{Coordinates, Multiples, add, double, multiply};
use crate::endomorphism;
use crate::generator::{HIGH, LOW, MINUS_HIGH};
use crate::point::Point;
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
fn sum_of<const N: usize>(terms: &[Term<'_>; N]) -> Point {
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
        Point::of(sum)
    } else {
        Point::INFINITY
    }
}

/// The same, of any number of terms and where the sum is infinity on the way.
#[cold]
#[inline(never)]
fn sum_of_any(terms: &[Term<'_>]) -> Point {
    let mut sum = Point::INFINITY;
    for (index, num_digits) in DIGITS.into_iter().enumerate() {
        for place in 0..num_digits {
            for _ in 0..WINDOW {
                sum = sum.doubled();
            }
            for term in terms {
                let digit = next_digit(&mut (term.scalar[index] << (WINDOW * place)));
                if digit > 0 {
                    sum = sum.sum(&Point::of(term.multiples[digit]));
                }
            }
        }
    }
    sum
}

/// The terms of a pair that needs no multiples computed: there is nothing to add, or those of the generator stand in the program.
#[inline]
fn known_terms(p: &Point, scalar: &Words) -> Option<[Term<'static>; 2]> {
    if p.is_infinity() || is_zero(scalar) {
        Some(Term::of_generator(&ZERO))
    } else {
        is_generator(p).then(|| Term::of_generator(scalar))
    }
}

/// Room for the multiples of a point and of its image under the endomorphism; each is in all places of its own.
#[inline]
fn tables(p: &Coordinates) -> [Multiples; 2] {
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
pub fn of_generator(scalar: &Words) -> Point {
    sum_of(&Term::of_generator(scalar))
}

/// A point times a scalar.
pub fn multiple(p: &Point, scalar: &Words) -> Point {
    if let Some(terms) = known_terms(p, scalar) {
        return sum_of(&terms);
    }
    let mut tables = tables(&p.coordinates);
    sum_of(&terms(scalar, &mut tables))
}

/// `a * G + b * p`, with the generator `G`: what checking a signature takes.
pub fn with_generator(a: &Words, b: &Words, p: &Point) -> Point {
    let [low, high] = Term::of_generator(a);
    if let Some([first, second]) = known_terms(p, b) {
        return sum_of(&[low, high, first, second]);
    }
    let mut tables = tables(&p.coordinates);
    let [first, second] = terms(b, &mut tables);
    sum_of(&[low, high, first, second])
}

/// The sum of points times scalars, each pair of which is part of something that the caller has.
#[expect(clippy::missing_panics_doc, reason = "there are as many tables as pairs")]
pub fn of_pairs<T, const N: usize>(pairs: &[T; N], parts: impl Fn(&T) -> (&Point, &Words)) -> Point {
    let mut all_tables = pairs.each_ref().map(|pair| tables(&parts(pair).0.coordinates));
    let terms: [_; N] = {
        let mut tables = all_tables.iter_mut();
        array::from_fn(|index| {
            let (p, scalar) = parts(&pairs[index]);
            let tables = tables.next().expect("there are some for each pair");
            known_terms(p, scalar).unwrap_or_else(|| terms(scalar, tables))
        })
    };
    match *terms.as_flattened() {
        [a, b, c, d] => sum_of(&[a, b, c, d]),
        ref terms => sum_of_any(terms),
    }
}

/// The same, of any number.
#[cfg(feature = "alloc")]
pub fn of_slice<T>(pairs: &[T], parts: impl Fn(&T) -> (&Point, &Words)) -> Point {
    let mut all_tables = vec![[[[0; 8]; 16]; 2]; pairs.len()];
    let terms: Vec<_> = pairs
        .iter()
        .zip(&mut all_tables)
        .map(|(pair, tables)| {
            let (p, scalar) = parts(pair);
            known_terms(p, scalar).unwrap_or_else(|| {
                // In place, because a copy of them takes hundreds of instructions.
                let [first, second] = &mut *tables;
                first.fill(p.coordinates);
                second.fill(endomorphism::image(&p.coordinates));
                terms(scalar, tables)
            })
        })
        .collect();
    sum_of_any(terms.as_flattened())
}

fn is_generator(p: &Point) -> bool {
    // Infinity has another `x`; most points differ in the first word.
    p.coordinates[0] == LOW[1][0] && p.coordinates == LOW[1]
}

#[cfg(test)]
pub(crate) mod tests;
