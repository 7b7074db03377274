//! Rounds of commitment.

use alloc::vec::Vec;

use p3_commit::Mmcs;
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use tracing::info_span;

use super::{Progress, ProveError};
use crate::analysis::{Scope, TableShape};
use crate::blinding::{Blinding, Measure};
use crate::domain::RowDomain;
use crate::field::Val;
use crate::hash::{Commitment, Hash, Tree};
use crate::keys::Entry;
use crate::layout::DIMENSION;
use crate::lde::{Columns, Lde};
use crate::pcs::Dft;

/// A commitment to columns of some tables.
pub(crate) struct Committed<H: Hash> {
    tree: Option<(Commitment<H>, Tree<H>)>,
    /// Which matrix of the tree is a table's.
    places: Vec<Option<usize>>,
    /// Each table's rows that are not active, and its first row.
    tails: Vec<Option<RowMajorMatrix<Val>>>,
}

/// A table's columns of a round, and the rows that they are on; nothing for a table that has none.
pub(crate) type TableColumns = Option<(Columns, RowDomain)>;

impl<H: Hash> Committed<H> {
    /// Extends and commits to columns, table by table.
    pub(crate) fn new(
        dft: &Dft,
        log_blowup: usize,
        columns: Vec<TableColumns>,
        progress: &mut Progress<'_>,
    ) -> Result<Self, ProveError> {
        let mut committed = Self::empty();
        let mut extended = Vec::new();
        for columns in columns {
            let Some((columns, domain)) = columns else {
                committed.places.push(None);
                committed.tails.push(None);
                continue;
            };
            committed.places.push(Some(extended.len()));
            committed.tails.push(Some(columns.tail(domain.num_active())));
            let cells = (columns.width * domain.height()) as u64;
            extended.push(info_span!("extend").in_scope(|| columns.extend(dft, log_blowup)));
            progress.advance(cells)?;
        }
        if !extended.is_empty() {
            committed.tree = Some(info_span!("hash").in_scope(|| H::mmcs().commit(extended)));
        }
        Ok(committed)
    }

    /// A commitment to nothing.
    pub(crate) fn empty() -> Self {
        Self {
            tree: None,
            places: Vec::new(),
            tails: Vec::new(),
        }
    }

    pub(crate) fn root(&self) -> Option<&Commitment<H>> {
        self.tree.as_ref().map(|(root, _)| root)
    }

    pub(crate) fn tree(&self) -> Option<&Tree<H>> {
        self.tree.as_ref().map(|(_, tree)| tree)
    }

    /// A table's columns on the coset.
    pub(crate) fn extended(&self, table: usize) -> Option<&Lde> {
        let place = (*self.places.get(table)?)?;
        H::mmcs().get_matrices(self.tree()?).get(place).copied()
    }

    /// A table's rows that are not active, and its first row.
    pub(crate) fn tail(&self, table: usize) -> Option<&RowMajorMatrix<Val>> {
        self.tails.get(table)?.as_ref()
    }
}

/// All tables' columns of the early round (for [`Scope::Shared`]) or of the main round, hidden: behind the active
/// rows stand random cells, of which the first mask the tables' sums and add up to zero. `rows` is asked for the rows of
/// tables that have columns in the round.
pub(crate) fn hidden<'r, T>(
    entries: &[Entry<T>],
    rows: impl Fn(usize) -> Option<(&'r RowMajorMatrix<Val>, RowDomain)>,
    scope: Scope,
    log_blowup: usize,
    blinding: &mut Blinding,
) -> Vec<TableColumns> {
    let mut all = Vec::new();
    let mut sum = [Val::ZERO; DIMENSION];
    let mut last_mask = None;
    for (table, entry) in entries.iter().enumerate() {
        let shape = &entry.shape;
        let (first, len) = columns_of(shape, scope);
        let width = match scope {
            Scope::Shared => shape.early_width(),
            Scope::Proof => shape.main_width(),
        };
        let Some((rows, domain)) = (width > 0).then(|| rows(table)).flatten() else {
            all.push(None);
            continue;
        };
        let mut columns = Columns::zeros(width, domain.height(), log_blowup);
        columns.copy_rows(rows, first, len);
        for row in domain.num_active()..domain.height() {
            blinding.fill(Measure::Columns, columns.row_mut(row));
        }
        if shape.sums.iter().any(|sum| sum.scope == scope) {
            let mask = &mut columns.row_mut(domain.num_active())[..DIMENSION];
            blinding.fill(Measure::Masks, mask);
            sum.iter_mut().zip(&*mask).for_each(|(sum, cell)| *sum += *cell);
            last_mask = Some((table, domain.num_active()));
        }
        all.push(Some((columns, domain)));
    }
    if let Some((table, row)) = last_mask
        && let Some((columns, _)) = &mut all[table]
    {
        columns
            .row_mut(row)
            .iter_mut()
            .zip(sum)
            .for_each(|(cell, sum)| *cell -= sum);
    }
    all
}

/// Which of a table's main columns are committed with a scope's masks: the first, and how many.
fn columns_of(shape: &TableShape, scope: Scope) -> (usize, usize) {
    match scope {
        Scope::Shared => (0, shape.num_early),
        Scope::Proof => (shape.num_early, shape.main_columns.len() - shape.num_early),
    }
}

/// Takes the rows that are not active, as they were committed to, back into a table's rows: messages of the last
/// active row may read the next.
pub(crate) fn take_back(
    shape: &TableShape,
    domain: &RowDomain,
    tail: &RowMajorMatrix<Val>,
    scope: Scope,
    main: &mut RowMajorMatrix<Val>,
) {
    let (first, len) = columns_of(shape, scope);
    let inactive = main.values.chunks_exact_mut(main.width).skip(domain.num_active());
    for (to, from) in inactive.zip(tail.values.chunks_exact(tail.width)) {
        to[first..first + len].copy_from_slice(&from[..len]);
    }
}
