use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use p3_field::{Field, PackedValue, PrimeCharacteristicRing, TwoAdicField, batch_multiplicative_inverse};

use crate::domain::RowDomain;
use crate::evaluator::Selectors;
use crate::field::{PackedVal, Val};
use crate::transpose::LANES;

/// The coset `s <g>` of `2N` points that constraints are evaluated on, for `s = GENERATOR`.
///
/// In bit-reversed order, which is the order in which columns are committed, the points of as many neighbours as
/// there are lanes, `L`, are `s g^(n + M rev(l))` for lanes `l`, with `M = 2N / L`: the neighbours number
/// `rev(n)`. They are worked on by ascending `n`, since the point behind `x` in the table's order, two steps on
/// in the coset, is then that of entry `n + 2` in the same lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coset {
    domain: RowDomain,
    /// `g`.
    generator: Val,
    /// `s g^(M rev(l))`.
    lanes: PackedVal,
}

/// What depends on the point alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) selectors: Selectors<PackedVal>,
    /// One over the polynomial that vanishes on active rows.
    pub(super) inverse_vanishing: PackedVal,
}

impl Coset {
    pub(super) fn new(domain: RowDomain) -> Self {
        let generator = Val::two_adic_generator(domain.log_height() + 1);
        let step = generator.exp_u64((2 * domain.height() / LANES) as u64);
        Self {
            domain,
            generator,
            lanes: PackedVal::from_fn(|lane| Val::GENERATOR * step.exp_u64(reverse(lane, LANES) as u64)),
        }
    }

    /// `M`: how many entries of packed points there are.
    pub(super) fn num_entries(&self) -> usize {
        2 * self.domain.height() / LANES
    }

    /// Where the rows of entry `n` stand, lane by lane; beyond the last entry the lanes go on with the first.
    pub(super) fn rows(&self, n: usize) -> [usize; LANES] {
        let num = self.num_entries();
        let first = reverse(n % num, num) * LANES;
        let around = n / num;
        from_fn(|lane| first + reverse((reverse(lane, LANES) + around) % LANES, LANES))
    }

    /// What depends on the point, for some entries.
    pub(super) fn points(&self, start: usize, len: usize) -> Vec<Point> {
        let domain = &self.domain;
        let first_point = self.lanes * self.generator.exp_u64(start as u64);
        let mut point = first_point;
        let mut points = Vec::with_capacity(len);
        for _ in 0..len {
            points.push(point);
            point *= self.generator;
        }
        let (last_active, last) = (
            domain.point(domain.num_active() - 1),
            domain.point(domain.height() - 1),
        );
        // x - 1, x - the last active row, x - the last row.
        let distances = |from: Val| points.iter().map(move |x| *x - from);
        let all: Vec<PackedVal> = distances(Val::ONE)
            .chain(distances(last_active))
            .chain(distances(last))
            .collect();
        let inverses = batch_multiplicative_inverse(PackedVal::unpack_slice(&all));
        let inverses = PackedVal::pack_slice(&inverses);
        // x^N - 1 has two values on the coset, one at every other point.
        let shift = Val::GENERATOR.exp_power_of_2(domain.log_height());
        let vanishing = [shift - Val::ONE, -shift - Val::ONE];
        let inverse_vanishing = vanishing.map(|value| value.inverse());
        let inactive = self.inactive_products(&points, &all[len..2 * len], &inverses[2 * len..]);
        (0..len)
            .map(|i| {
                // `M` is even, so entries alternate as points do.
                let parity = (start + i) % 2;
                Point {
                    selectors: Selectors {
                        is_first_row: inverses[i] * vanishing[parity],
                        is_last_row: inverses[len + i] * vanishing[parity],
                        is_transition: all[len + i],
                    },
                    inverse_vanishing: inactive[i] * inverse_vanishing[parity],
                }
            })
            .collect()
    }

    /// The product of `x - g^row` over the rows that are not active.
    ///
    /// Where it is known for `x`, it is known for the point behind: with `K` rows from row `a` on, `P(h x)` is
    /// `h^K P(x) (x - h^(a-1)) / (x - h^(a+K-1))` for the rows' generator `h`.
    fn inactive_products(
        &self,
        points: &[PackedVal],
        from_last_active: &[PackedVal],
        inverse_from_last: &[PackedVal],
    ) -> Vec<PackedVal> {
        let inactive = self.domain.inactive_points();
        if inactive.is_empty() {
            return vec![PackedVal::ONE; points.len()];
        }
        let factor = self.domain.generator().exp_u64(inactive.len() as u64);
        let mut products: Vec<PackedVal> = Vec::with_capacity(points.len());
        for (i, point) in points.iter().enumerate() {
            products.push(match i.checked_sub(2) {
                Some(before) => {
                    products[before] * factor * from_last_active[before] * inverse_from_last[before]
                }
                None => inactive.iter().map(|row| *point - *row).product(),
            });
        }
        products
    }
}

/// The bits of an index below `len`, a power of two, in reverse.
fn reverse(index: usize, len: usize) -> usize {
    let bits = len.ilog2();
    if bits == 0 {
        0
    } else {
        index.reverse_bits() >> (usize::BITS - bits)
    }
}
