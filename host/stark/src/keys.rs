//! Keys: what prover and verifier agree on beforehand.

use alloc::vec::Vec;

use p3_field::TwoAdicField;

use crate::analysis::{Interaction, Scope, TableShape};
use crate::domain::{RowDomain, TableRowDomain};
use crate::field::Val;
use crate::hash::{Commitment, Hash};
use crate::layout;
use crate::logup::BusNumbers;
use crate::parameters::Parameters;

/// What a verifier needs to know: the tables, their fixed columns by their root, the parameters.
#[derive(Clone, Debug)]
pub struct VerifyingKey<T, H: Hash> {
    pub(crate) tables: Vec<Entry<T>>,
    pub(crate) buses: BusNumbers,
    /// Whether any table has messages on a shared bus.
    pub(crate) has_shared: bool,
    pub(crate) fixed: Option<Commitment<H>>,
    pub(crate) parameters: Parameters,
    /// A digest of all tables' constraints and messages.
    pub(crate) digest: Vec<Val>,
}

/// A table of a key.
#[derive(Clone, Debug)]
pub(crate) struct Entry<T> {
    pub(crate) table: T,
    pub(crate) shape: TableShape,
    /// Base-two logarithm of the number of rows, for a table with fixed columns.
    pub(crate) fixed_log_height: Option<u8>,
}

impl<T, H: Hash> VerifyingKey<T, H> {
    /// The parameters that proofs are made with.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The root over all fixed columns, if there are any.
    pub fn fixed_root(&self) -> Option<&Commitment<H>> {
        self.fixed.as_ref()
    }

    /// The height of a table with fixed columns, as a base-two logarithm.
    pub fn fixed_log_height(&self, table: usize) -> Option<u8> {
        self.tables.get(table)?.fixed_log_height
    }

    /// The largest number of rows that a table may have, as a base-two logarithm.
    fn max_log_height(parameters: &Parameters) -> usize {
        Val::TWO_ADICITY - usize::from(parameters.log_blowup)
    }

    /// The rows of a table that is said to have `2^log_height` of them, or to be absent, which is what 0 says. `None` if
    /// it may not have so many, or not be absent.
    pub(crate) fn rows_of(&self, entry: &Entry<T>, log_height: usize) -> Option<TableRowDomain> {
        if log_height == 0 {
            return entry.shape.may_be_absent.then_some(None);
        }
        let fixed = entry.fixed_log_height;
        let allowed = fixed.is_none_or(|fixed| usize::from(fixed) == log_height)
            && self.num_active_rows(log_height).is_some();
        let domain = layout::row_domain(log_height, &self.parameters).filter(|_| allowed);
        domain.map(Some)
    }

    /// Tables that a proof has rows of, with their places.
    pub(crate) fn present<'a>(
        &'a self,
        domains: &'a [TableRowDomain],
    ) -> impl Iterator<Item = (usize, &'a Entry<T>, &'a RowDomain)> {
        let tables = self.tables.iter().zip(domains).enumerate();
        tables.filter_map(|(table, (entry, domain))| Some((table, entry, domain.as_ref()?)))
    }

    /// How many rows of a table of `2^log_height` rows can be used: the others are the prover's. `None` if a
    /// table cannot have that many rows.
    pub fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        Self::active_rows(&self.parameters, log_height)
    }

    /// The same for any key with these parameters.
    pub fn active_rows(parameters: &Parameters, log_height: usize) -> Option<usize> {
        let fits = log_height <= Self::max_log_height(parameters)
            && log_height > usize::from(parameters.log_final_poly_len);
        let domain = fits.then(|| layout::row_domain(log_height, parameters))?;
        domain.map(|domain| domain.num_active())
    }

    /// Bound on how often the rows of all tables send on buses of a scope. A table whose rows are not known counts for nothing.
    pub(crate) fn multiplicities(&self, domains: &[TableRowDomain], scope: Scope) -> u64 {
        self.per_row(domains, scope, |interaction| u64::from(interaction.bound))
    }

    /// How many messages the rows of all tables have on buses of a scope.
    pub(crate) fn num_messages(&self, domains: &[TableRowDomain], scope: Scope) -> u64 {
        self.per_row(domains, scope, |_| 1)
    }

    fn per_row(&self, domains: &[TableRowDomain], scope: Scope, count: impl Fn(&Interaction) -> u64) -> u64 {
        let of_table = |(_, entry, domain): (usize, &Entry<T>, &RowDomain)| {
            let shape = &entry.shape;
            let sums = shape.sums.iter().filter(|sum| sum.scope == scope);
            let interactions = sums.flat_map(|sum| sum.columns.iter().flatten());
            let per_row: u64 = interactions
                .filter_map(|index| shape.interactions.get(*index))
                .map(&count)
                .sum();
            per_row.saturating_mul(domain.height() as u64)
        };
        self.present(domains).map(of_table).fold(0, u64::saturating_add)
    }
}
