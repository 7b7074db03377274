//! What a proof takes, before it is made.

use alloc::vec::Vec;

use p3_air::BaseAir;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;

use super::ProvingKey;
use crate::domain::TableRowDomain;
use crate::field::Val;
use crate::hash::Hash;
use crate::keys::Entry;
use crate::layout::{DIMENSION, QuotientParts, row_domain};
use crate::lde::stride;
use crate::observer::Phase;
use crate::table::Table;
use crate::verifier::check_multiplicities;

/// Bytes of a cell.
const CELL: u64 = size_of::<Val>() as u64;
/// Bytes of a tree's digests for each of its rows: 36 in each of the layers that are kept, which are an eighth of the rows and
/// fewer.
const DIGESTS: u64 = 9;

impl<T: Table, H: Hash> ProvingKey<T, H> {
    /// How many base-field cells of tables of these heights a phase comes to: what an observer hears of as done. Heights are
    /// base-two logarithms, 0 of a table that is absent.
    pub fn cells(&self, phase: Phase, log_heights: &[u8]) -> u64 {
        let tables = self.verifying.tables.iter().zip(log_heights);
        let of_table = |(entry, log_height): (&Entry<T>, &u8)| {
            let shape = &entry.shape;
            let width = match phase {
                Phase::Early => shape.early_width(),
                Phase::Main => shape.main_width(),
                Phase::LogUp => shape.logup_width(),
                Phase::Quotient | Phase::Opening => shape.cells_per_row(),
            };
            if *log_height == 0 {
                0
            } else {
                (width as u64) << log_height
            }
        };
        tables.map(of_table).sum()
    }

    /// Whether a proof of tables of these heights is one that verifiers take, as far as messages go: all rows together must send
    /// less than the field can count, or what nobody receives could be sent so often that it counts for nothing. Heights are
    /// base-two logarithms, 0 of a table that is absent.
    pub fn can_count_messages(&self, log_heights: &[u8]) -> bool {
        let domain = |log_height: &u8| row_domain(usize::from(*log_height), &self.verifying.parameters);
        let domains: Vec<TableRowDomain> = log_heights
            .iter()
            .map(|log_height| domain(log_height).filter(|_| *log_height > 0))
            .collect();
        check_multiplicities(&self.verifying, &domains).is_ok()
    }

    /// The memory in bytes that the key itself takes.
    pub fn memory(&self) -> u64 {
        let log_blowup = self.verifying.parameters.log_blowup;
        let of_table = |fixed: &RowMajorMatrix<Val>| {
            let (width, height) = (fixed.width(), fixed.height() as u64);
            let extended = height << log_blowup;
            if width == 0 {
                return 0;
            }
            width as u64 * CELL * height + (stride(width) as u64 * CELL + DIGESTS) * extended
        };
        self.fixed.iter().map(of_table).sum()
    }

    /// The most memory in bytes that proving tables of these heights takes, traces included and the key not: what buffers
    /// are alive together in the phase that has the most of them. Heights are base-two logarithms; a table that
    /// cannot be as high counts for nothing.
    pub fn peak_memory(&self, log_heights: &[u8]) -> u64 {
        let verifying = &self.verifying;
        let log_blowup = verifying.parameters.log_blowup;
        // Kept through all phases; rows; the LogUp columns; the quotients; what an opening takes.
        let (mut main, mut rows, mut sums, mut quotients, mut opening) = (0, 0, 0, 0, 0);
        for (entry, log_height) in verifying.tables.iter().zip(log_heights) {
            let Some(domain) = row_domain(usize::from(*log_height), &verifying.parameters) else {
                continue;
            };
            let height = domain.height() as u64;
            let extended = height << log_blowup;
            let bytes = |width: usize| (stride(width) as u64 * CELL + DIGESTS) * extended;
            rows += BaseAir::<Val>::width(&entry.table) as u64 * CELL * height;
            main += bytes(entry.shape.main_columns.len());
            sums += bytes(entry.shape.logup_width());
            let parts = QuotientParts::new(&domain, &verifying.parameters);
            quotients += bytes(parts.num_columns() + DIMENSION);
            // Three vectors of challenges as long as the codeword.
            opening = opening.max(3 * DIMENSION as u64 * CELL * extended);
        }
        (main + sums) + rows.max(quotients + opening)
    }
}
