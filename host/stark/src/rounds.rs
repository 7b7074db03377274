//! Which matrix is committed in which round, and where it is opened: one plan for prover and verifier.

use alloc::vec;
use alloc::vec::Vec;

use crate::analysis::ColumnUse;
use crate::domain::RowDomain;
use crate::field::Challenge;
use crate::hash::Hash;
use crate::keys::VerifyingKey;
use crate::layout::{DIMENSION, QuotientParts};
use crate::proof::TableOpening;

/// A commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    Fixed,
    Main,
    LogUp,
    Quotient,
}

/// A matrix of a commitment.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The table it belongs to; `None` for the random codeword.
    pub(crate) table: Option<usize>,
    pub(crate) log_height: usize,
    pub(crate) width: usize,
    pub(crate) points: Vec<Challenge>,
}

/// The commitments in the order in which they are opened, with their matrices in the order in which they are
/// committed.
pub(crate) fn plan<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    domains: &[RowDomain],
    point: Challenge,
) -> Vec<(Round, Vec<Opened>)> {
    let tables = || key.tables.iter().zip(domains).enumerate();
    let opened = |table: usize, domain: &RowDomain, width: usize, reads_next: bool| Opened {
        table: Some(table),
        log_height: domain.log_height(),
        width,
        points: if reads_next {
            vec![point, point * domain.generator()]
        } else {
            vec![point]
        },
    };
    let any_next = |columns: &[ColumnUse]| columns.iter().any(|column| column.next);
    let of_columns = |table: usize, domain: &RowDomain, columns: &[ColumnUse]| {
        opened(table, domain, columns.len(), any_next(columns))
    };
    let fixed = tables()
        .map(|(table, (entry, domain))| of_columns(table, domain, &entry.shape.fixed_columns))
        .filter(|matrix| matrix.width > 0);
    let main = tables().map(|(table, (entry, domain))| of_columns(table, domain, &entry.shape.main_columns));
    let logup = tables()
        .map(|(table, (entry, domain))| {
            // The running sum is compared with the next row's.
            opened(table, domain, entry.shape.logup_columns.len() * DIMENSION, true)
        })
        .filter(|matrix| matrix.width > 0);
    let quotient = tables().map(|(table, (_, domain))| Opened {
        table: Some(table),
        log_height: domain.log_height(),
        width: QuotientParts::new(domain, &key.parameters).num_columns(),
        points: vec![point],
    });
    let random = Opened {
        table: None,
        log_height: domains.iter().map(RowDomain::log_height).max().unwrap_or(0),
        width: DIMENSION,
        points: vec![point],
    };
    let rounds = [
        (Round::Fixed, fixed.collect()),
        (Round::Main, main.collect()),
        (Round::LogUp, logup.collect()),
        (Round::Quotient, quotient.chain([random]).collect::<Vec<_>>()),
    ];
    rounds
        .into_iter()
        .filter(|(_, matrices)| !matrices.is_empty())
        .collect()
}

impl Round {
    /// All rounds.
    pub(crate) const ALL: [Self; 4] = [Self::Fixed, Self::Main, Self::LogUp, Self::Quotient];
}

impl TableOpening {
    /// What is opened of a table in a round, point by point; nothing at a point that is not opened.
    pub(crate) fn of(&self, round: Round) -> &[Vec<Challenge>] {
        match round {
            Round::Fixed => &self.fixed,
            Round::Main => &self.main,
            Round::LogUp => &self.logup,
            Round::Quotient => core::slice::from_ref(&self.quotient),
        }
    }

    /// The same, to be filled.
    #[cfg(feature = "prove")]
    pub(crate) fn of_mut(&mut self, round: Round) -> &mut [Vec<Challenge>] {
        match round {
            Round::Fixed => &mut self.fixed,
            Round::Main => &mut self.main,
            Round::LogUp => &mut self.logup,
            Round::Quotient => core::slice::from_mut(&mut self.quotient),
        }
    }
}
