//! A sample of changes and lies that is really proven: what the checker objects to, the verifier has to refuse.

use anyhow::{Context, Result, bail};
use p3_matrix::Matrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_host::{Fill, Liar, Said};
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_stark::Val;
use zisk_stark::checker::{Change, Changes};

use crate::corpus::Case;
use crate::lies::{Kind, tell};

/// What came of proofs of what is not so.
#[derive(Clone, Debug, Default)]
pub struct ProofOutcome {
    /// Proofs that were made and refused.
    pub refused: u64,
    /// Those that were accepted.
    pub accepted: Vec<String>,
}

/// Proves so many changed cells and so many lies of a case.
///
/// # Errors
/// When a proof cannot be made, or that of the honest run is refused.
pub fn prove(case: &Case, num_changes: u64, num_lies: u64) -> Result<ProofOutcome> {
    let liar = case.liar()?;
    let honest = liar.say(None, Fill::Proven).context("an honest run has tables")?;
    if !is_accepted(&liar, honest.clone())? {
        bail!("{}: the receipt of the honest run is refused", case.name);
    }
    let mut outcome = ProofOutcome::default();
    let mut add = |what: String, said: Said| -> Result<()> {
        if is_accepted(&liar, said)? {
            outcome.accepted.push(format!("{}, {what}", case.name));
        } else {
            outcome.refused += 1;
        }
        Ok(())
    };
    let small = liar.say(None, Fill::Small).context("an honest run has tables")?;
    let segments = liar
        .rows(&small)
        .into_iter()
        .map(|rows| Changes::new(rows, &SHARED_BUSES))
        .collect::<Result<Vec<_>, _>>()?;
    let mut rng = ChaCha12Rng::seed_from_u64(0);
    let mut table = 0;
    for _ in 0..num_changes {
        // Each state machine in turn.
        let (what, said) = loop {
            let segment = rng.random_range(0..segments.len());
            let found = change(&mut rng, &segments[segment], table, &honest, segment);
            table = (table + 1) % Table::ALL.len();
            if let Some(found) = found {
                break found;
            }
        };
        let mut said = said;
        liar.count_lookups(&mut said, Fill::Proven);
        add(what, said)?;
    }
    for index in 0..num_lies {
        let kind = Kind::ALL[index as usize % Kind::ALL.len()];
        if let Some((step, lie, said)) = tell(kind, index, &liar, &honest, Fill::Proven, &mut 0) {
            add(format!("step {step}: {lie:?}"), said)?;
        }
    }
    Ok(outcome)
}

fn is_accepted(liar: &Liar, said: Said) -> Result<bool> {
    let exit_code = said.exit_code;
    let receipt = liar.receipt(said)?;
    Ok(receipt.verify_exit(liar.image_id(), exit_code).is_ok())
}

/// A changed cell that somebody notices, in the rows as they are proven.
fn change(
    rng: &mut ChaCha12Rng,
    changes: &Changes<'_, Table>,
    table: usize,
    honest: &Said,
    segment: usize,
) -> Option<(String, Said)> {
    // How often something is looked up is counted again below.
    if matches!(Table::ALL[table], Table::Range | Table::Bytes) {
        return None;
    }
    let small = changes.tables()[table].main;
    let proven = &honest.segments[segment][table].main;
    let (width, height) = (small.width(), small.height().min(proven.height()));
    if height == 0 {
        return None;
    }
    let (row, column) = (rng.random_range(0..height), rng.random_range(0..width));
    let cells = row * width..(row + 1) * width;
    // Rows that fill a table up to its height need not be the same.
    if small.values[cells.clone()] != proven.values[cells] {
        return None;
    }
    let value: Val = rng.random();
    let change = Change { row, column, value };
    if changes.objections(table, &[change]).is_empty() {
        return None;
    }
    let mut said = honest.clone();
    said.segments[segment][table].main.values[row * width + column] = value;
    let name = Table::ALL[table].name();
    Some((format!("{name}, row {row}, column {column}: {value}"), said))
}
