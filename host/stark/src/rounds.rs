//! Which matrix is committed in which round, and where it is opened: one plan for prover and verifier.

use alloc::vec;
use alloc::vec::Vec;

use crate::analysis::{ColumnUse, Scope};
use crate::domain::{RowDomain, TableRowDomain};
use crate::field::Challenge;
use crate::hash::Hash;
use crate::keys::{Entry, VerifyingKey};
use crate::layout::{DIMENSION, QuotientParts};
use crate::proof::TableOpening;

/// A commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    Fixed,
    Early,
    Main,
    LogUp,
    Quotient,
}

/// Which matrix of a table's in a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The only one, or the full parts of the quotient.
    Whole,
    /// What is left of the quotient.
    Rest,
}

/// A matrix of a commitment.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The table it belongs to.
    pub(crate) table: usize,
    pub(crate) part: Part,
    pub(crate) log_height: usize,
    pub(crate) width: usize,
    pub(crate) points: Vec<Challenge>,
}

/// The table whose quotient the random codeword stands beside: the first of the tallest.
pub(crate) fn table_with_random_codeword(domains: &[TableRowDomain]) -> Option<usize> {
    let log_height = |domain: &TableRowDomain| domain.as_ref().map(RowDomain::log_height);
    let max = domains.iter().filter_map(log_height).max()?;
    domains.iter().position(|domain| log_height(domain) == Some(max))
}

/// The commitments in the order in which they are opened, with their matrices in the order in which they are
/// committed.
pub(crate) fn plan<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    domains: &[TableRowDomain],
    point: Challenge,
) -> Vec<(Round, Vec<Opened>)> {
    let with_random = table_with_random_codeword(domains);
    let in_round = |round: Round| -> Vec<Opened> {
        let mut matrices = Vec::new();
        for (table, entry, domain) in key.present(domains) {
            let mut push = |part, log_height, width, reads_next| {
                if width > 0 {
                    let points = if reads_next {
                        vec![point, point * domain.generator()]
                    } else {
                        vec![point]
                    };
                    matrices.push(Opened {
                        table,
                        part,
                        log_height,
                        width,
                        points,
                    });
                }
            };
            let log_height = domain.log_height();
            if round == Round::Quotient {
                let parts = QuotientParts::new(domain, &key.parameters);
                let random = if with_random == Some(table) { DIMENSION } else { 0 };
                push(Part::Whole, log_height, parts.num_columns() + random, false);
                push(Part::Rest, parts.log_short_height, DIMENSION, false);
            } else {
                push(
                    Part::Whole,
                    log_height,
                    entry.width(round),
                    entry.reads_next(round),
                );
            }
        }
        matrices
    };
    let rounds = Round::ALL.into_iter().map(|round| (round, in_round(round)));
    rounds.filter(|(_, matrices)| !matrices.is_empty()).collect()
}

impl<T> Entry<T> {
    /// Base-field columns of a round before the quotient.
    pub(crate) fn width(&self, round: Round) -> usize {
        match round {
            Round::Fixed => self.shape.fixed_columns.len(),
            Round::Early => self.shape.early_width(),
            Round::Main => self.shape.main_width(),
            Round::LogUp => self.shape.logup_width(),
            Round::Quotient => 0,
        }
    }

    /// Whether constraints look at a round's columns on the next row.
    fn reads_next(&self, round: Round) -> bool {
        let shape = &self.shape;
        let any_next = |columns: &[ColumnUse]| columns.iter().any(|column| column.next);
        // The mask of a sum stands on the row behind the last.
        let has_mask = |scope| shape.sums.iter().any(|sum| sum.scope == scope);
        let (early, main) = shape.main_columns.split_at(shape.num_early);
        match round {
            Round::Fixed => any_next(&shape.fixed_columns),
            Round::Early => any_next(early) || has_mask(Scope::Shared),
            Round::Main => any_next(main) || has_mask(Scope::Proof),
            // The running sum is compared with the next row's.
            Round::LogUp => true,
            Round::Quotient => false,
        }
    }
}

impl Round {
    /// All rounds.
    pub(crate) const ALL: [Self; 5] = [Self::Fixed, Self::Early, Self::Main, Self::LogUp, Self::Quotient];
}

/// Where a table's openings stand, matrix by matrix.
pub(crate) const PLACES: [(Round, Part); 6] = [
    (Round::Fixed, Part::Whole),
    (Round::Early, Part::Whole),
    (Round::Main, Part::Whole),
    (Round::LogUp, Part::Whole),
    (Round::Quotient, Part::Whole),
    (Round::Quotient, Part::Rest),
];

impl TableOpening {
    /// What is opened of a matrix, point by point; nothing at a point that is not opened.
    pub(crate) fn of(&self, round: Round, part: Part) -> &[Vec<Challenge>] {
        match (round, part) {
            (Round::Fixed, _) => &self.fixed,
            (Round::Early, _) => &self.early,
            (Round::Main, _) => &self.main,
            (Round::LogUp, _) => &self.logup,
            (Round::Quotient, Part::Whole) => core::slice::from_ref(&self.quotient),
            (Round::Quotient, Part::Rest) => core::slice::from_ref(&self.quotient_rest),
        }
    }

    /// The same, to be filled.
    #[cfg(feature = "prove")]
    pub(crate) fn of_mut(&mut self, round: Round, part: Part) -> &mut [Vec<Challenge>] {
        match (round, part) {
            (Round::Fixed, _) => &mut self.fixed,
            (Round::Early, _) => &mut self.early,
            (Round::Main, _) => &mut self.main,
            (Round::LogUp, _) => &mut self.logup,
            (Round::Quotient, Part::Whole) => core::slice::from_mut(&mut self.quotient),
            (Round::Quotient, Part::Rest) => core::slice::from_mut(&mut self.quotient_rest),
        }
    }
}
