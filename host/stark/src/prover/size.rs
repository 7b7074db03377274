//! How long a proof is, before it is made.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_fri::FriShape;

use super::ProvingKey;
use crate::domain::TableRowDomain;
use crate::field::{Challenge, Val};
use crate::hash::Hash;
use crate::layout::{DIMENSION, row_domain};
use crate::rounds::{Opened, plan};
use crate::table::Table;

/// Bytes of an element of the field.
const ELEMENT: u64 = size_of::<Val>() as u64;
/// Bytes of a challenge.
const CHALLENGE: u64 = DIMENSION as u64 * ELEMENT;
/// Lists of a table's opening: fixed, early, main and LogUp columns at two points, and two of the quotient.
const LISTS_OF_OPENING: u64 = 10;

impl<T: Table, H: Hash> ProvingKey<T, H> {
    /// How many bytes a proof of tables of these heights takes, in postcard's encoding, as is to be expected: everything is
    /// known beforehand but which positions are queried, on which it depends how many digests openings have in common. Heights
    /// are base-two logarithms, 0 of a table that is absent.
    pub fn proof_size(&self, log_heights: &[u8]) -> u64 {
        let key = &self.verifying;
        let parameters = &key.parameters;
        let domain = |log_height: &u8| row_domain(usize::from(*log_height), parameters);
        let domains: Vec<TableRowDomain> = log_heights
            .iter()
            .map(|log_height| domain(log_height).filter(|_| *log_height > 0))
            .collect();
        let num_sums: usize = key
            .present(&domains)
            .map(|(_, entry, _)| entry.shape.sums.len())
            .sum();
        let optional = |has| 1 + if has { Self::root_size() } else { 0 };
        let roots = optional(key.has_shared) + optional(num_sums > 0) + 2 * Self::root_size();
        let work = 3 * ELEMENT;
        let rounds = plan(key, &domains, Challenge::ZERO);
        let matrices = || rounds.iter().flat_map(|(_, matrices)| matrices);
        let openings = list(log_heights.len(), LISTS_OF_OPENING)
            + matrices()
                .map(|matrix| matrix.points.len() as u64 * (list(matrix.width, CHALLENGE) - 1))
                .sum::<u64>();
        let rows: u64 = rounds.iter().map(|(_, matrices)| self.rows_size(matrices)).sum();
        let mut log_domains: Vec<usize> = matrices()
            .map(|matrix| matrix.log_height + usize::from(parameters.log_blowup))
            .collect();
        log_domains.sort_unstable_by(|a, b| b.cmp(a));
        log_domains.dedup();
        list(log_heights.len(), 1)
            + roots
            + list(num_sums, CHALLENGE)
            + work
            + openings
            + varint(rounds.len())
            + rows
            + self.folding_size(&log_domains)
    }

    fn root_size() -> u64 {
        // A list of one digest.
        1 + H::DIGEST_BYTES as u64
    }

    /// Of the rows of a commitment's matrices at all queries, and their paths.
    fn rows_size(&self, matrices: &[Opened]) -> u64 {
        let parameters = &self.verifying.parameters;
        let of_query = varint(matrices.len())
            + matrices
                .iter()
                .map(|matrix| list(matrix.width, ELEMENT))
                .sum::<u64>();
        let log_height = matrices.iter().map(|matrix| matrix.log_height).max().unwrap_or(0);
        list(parameters.num_queries.into(), of_query)
            + self.paths_size(log_height + usize::from(parameters.log_blowup))
    }

    /// Of what FRI adds: roots, work, what the queries see of each word, and the last polynomial.
    fn folding_size(&self, log_domains: &[usize]) -> u64 {
        let parameters = &self.verifying.parameters;
        let Some(first) = log_domains.first() else {
            return 0;
        };
        let fri = parameters.fri(H::challenge_mmcs());
        let arities = FriShape::new(&fri, log_domains, *first).log_arities;
        let mut log_height = *first;
        let mut words = 0;
        for log_arity in &arities {
            log_height -= log_arity;
            let siblings = list((1 << log_arity) - 1, CHALLENGE);
            words += list(parameters.num_queries.into(), siblings) + self.paths_size(log_height);
        }
        let work = 2 * ELEMENT;
        work + list(arities.len(), Self::root_size())
            + list(arities.len(), ELEMENT)
            + varint(arities.len())
            + words
            + list(fri.final_poly_len(), CHALLENGE)
    }

    /// Of the digests that a tree of `2^log_height` leaves shows for all queries, as is to be expected: those of the nodes that
    /// are not known themselves and whose siblings are.
    fn paths_size(&self, log_height: usize) -> u64 {
        let queries = f64::from(self.verifying.parameters.num_queries);
        let unknown = |share: f64| libm::pow(1.0 - share, queries);
        let of_layer = |log_nodes: usize| {
            let share = libm::pow(0.5, log_nodes as f64);
            (unknown(share) - unknown(2.0 * share)) / share
        };
        let digests: f64 = (1..=log_height).map(of_layer).sum();
        list(libm::round(digests) as usize, H::DIGEST_BYTES as u64)
    }
}

/// Bytes of a list of so many.
fn list(len: usize, each: u64) -> u64 {
    varint(len) + len as u64 * each
}

/// Bytes of a length.
fn varint(number: usize) -> u64 {
    let bits = u64::from(usize::BITS - number.leading_zeros());
    bits.div_ceil(7).max(1)
}
