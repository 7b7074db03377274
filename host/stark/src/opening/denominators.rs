use alloc::vec::Vec;

use p3_field::{
    Field, PackedFieldExtension, PackedValue, PrimeCharacteristicRing, TwoAdicField,
    batch_multiplicative_inverse_general,
};
use p3_matrix::Matrix;
use rayon::prelude::*;

use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::lde::Lde;
use crate::memory;
use crate::transpose::LANES;

/// `1 / (z - x)` for some points `z` and all `x` of the coset that columns are extended to, in bit-reversed order: the
/// coset of fewer points is the beginning of that of more.
pub(super) struct Denominators {
    points: Vec<(Challenge, Vec<PackedChallenge>)>,
}

impl Denominators {
    /// For the points at which matrices are opened, each with as many `x` as the tallest of its matrices has rows.
    pub(super) fn new<'a>(opened: impl Iterator<Item = (&'a Lde, &'a Vec<Challenge>)>) -> Self {
        let mut points: Vec<(Challenge, usize)> = Vec::new();
        for (matrix, at) in opened {
            for point in at {
                match points.iter_mut().find(|(other, _)| other == point) {
                    Some((_, height)) => *height = matrix.height().max(*height),
                    None => points.push((*point, matrix.height())),
                }
            }
        }
        Self {
            points: points
                .into_iter()
                .map(|(point, height)| (point, inverses(point, height)))
                .collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// Which of the points one is.
    pub(super) fn number(&self, point: Challenge) -> usize {
        let number = self.points.iter().position(|(other, _)| *other == point);
        number.expect("every point that is opened was given")
    }

    /// For a group of `x`.
    pub(super) fn inverse(&self, number: usize, group: usize) -> PackedChallenge {
        // A point at which nothing of this height is opened may have fewer, and counts for nothing.
        self.points[number]
            .1
            .get(group)
            .copied()
            .unwrap_or(PackedChallenge::ZERO)
    }

    /// `1 / (z - x) - 1 / z` for the first `num` points `x`, which is what columns' values there are weighted with.
    pub(super) fn weights(&self, point: Challenge, num: usize) -> Vec<Challenge> {
        let inverses = &self.points[self.number(point)].1[..num / LANES];
        let inverse = point.inverse();
        let mut weights = memory::with_capacity(num);
        (0..num)
            .into_par_iter()
            .with_min_len(1 << 12)
            .map(|x| {
                let packed = &inverses[x / LANES];
                PackedFieldExtension::<Val, Challenge>::extract(packed, x % LANES) - inverse
            })
            .collect_into_vec(&mut weights);
        weights
    }
}

fn inverses(point: Challenge, height: usize) -> Vec<PackedChallenge> {
    /// Groups of `x` that one task works on.
    const PER_TASK: usize = 1 << 7;
    let num_groups = height / LANES;
    let generator = Val::two_adic_generator(height.ilog2() as usize);
    // In bit-reversed order, lane `l` of group `b` is `s g^(rev(b) + M rev(l))` for `M` groups.
    let reverse = |index: usize, len: usize| match len.ilog2() {
        0 => 0,
        bits => index.reverse_bits() >> (usize::BITS - bits),
    };
    let lanes = PackedVal::from_fn(|lane| {
        Val::GENERATOR * generator.exp_u64((num_groups * reverse(lane, LANES)) as u64)
    });
    let powers: Vec<Val> = generator.powers().take(num_groups).collect();
    let mut inverses = memory::with_capacity(num_groups);
    (0..num_groups)
        .into_par_iter()
        .with_min_len(1 << 10)
        .map(|_| PackedChallenge::ZERO)
        .collect_into_vec(&mut inverses);
    inverses
        .par_chunks_mut(PER_TASK)
        .enumerate()
        .for_each(|(task, inverses)| {
            let group = |i: usize| lanes * powers[reverse(task * PER_TASK + i, num_groups)];
            let differences: Vec<PackedChallenge> = (0..inverses.len())
                .map(|i| PackedChallenge::from(point) - group(i))
                .collect();
            batch_multiplicative_inverse_general(&differences, inverses, invert_lanes);
        });
    inverses
}

/// The inverse of each lane.
pub(crate) fn invert_lanes(packed: PackedChallenge) -> PackedChallenge {
    let lanes: Vec<Challenge> = (0..LANES)
        .map(|lane| PackedFieldExtension::<Val, Challenge>::extract(&packed, lane))
        .collect();
    let inverses = p3_field::batch_multiplicative_inverse(&lanes);
    PackedChallenge::from_ext_fn(|lane| inverses[lane])
}
