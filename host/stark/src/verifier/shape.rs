use alloc::vec::Vec;

use p3_field::PrimeField32;

use super::VerifyError;
use crate::analysis::Scope;
use crate::domain::TableRowDomain;
use crate::field::Val;
use crate::hash::Hash;
use crate::keys::VerifyingKey;
use crate::proof::Proof;
use crate::rounds::{Opened, PLACES, Round};
use crate::table::Table;

/// Checks every length that the proof decides, and the heights; gives the tables' rows. One table at least is not absent.
pub(super) fn check_shape<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
) -> Result<Vec<TableRowDomain>, VerifyError>
where
    T: Table,
{
    let expect = |what, expected, found| {
        if expected == found {
            Ok(())
        } else {
            Err(VerifyError::Shape {
                what,
                expected,
                found,
            })
        }
    };
    let num_tables = key.tables.len();
    expect("the list of heights", num_tables, proof.log_heights.len())?;
    expect("the list of public values", num_tables, public_values.len())?;
    let mut domains = Vec::new();
    for (table, (entry, log_height)) in key.tables.iter().zip(&proof.log_heights).enumerate() {
        let rows = key.rows_of(entry, usize::from(*log_height));
        domains.push(rows.ok_or(VerifyError::Height {
            table,
            log_height: *log_height,
        })?);
    }
    if key.present(&domains).next().is_none() {
        return Err(VerifyError::NoRows);
    }
    let num_sums = key
        .present(&domains)
        .map(|(_, entry, _)| entry.shape.sums.len())
        .sum();
    expect("the list of sums", num_sums, proof.sums.len())?;
    expect("the list of openings", num_tables, proof.openings.len())?;
    let num_roots = |has: bool| usize::from(has);
    expect(
        "the list of LogUp roots",
        num_roots(num_sums > 0),
        num_roots(proof.logup.is_some()),
    )?;
    expect(
        "the list of early roots",
        num_roots(key.has_shared),
        num_roots(proof.early.is_some()),
    )?;
    let folded = proof.opening.commit_phase_commits.iter();
    let roots = [&proof.main, &proof.quotient]
        .into_iter()
        .chain(&proof.early)
        .chain(&proof.logup)
        .chain(folded);
    for root in roots {
        expect("a commitment", 1, if H::has_one_root(root) { 1 } else { 2 })?;
    }
    for (entry, values) in key.tables.iter().zip(public_values) {
        expect(
            "a table's list of public values",
            entry.table.num_public_values(),
            values.len(),
        )?;
    }
    Ok(domains)
}

/// Checks that what all rows send together cannot wrap around the characteristic.
pub(crate) fn check_multiplicities<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    domains: &[TableRowDomain],
) -> Result<(), VerifyError> {
    check_total(key.multiplicities(domains, Scope::Proof))?;
    check_total(key.multiplicities(domains, Scope::Shared))
}

/// Checks that so many messages can be counted.
pub(crate) fn check_total(total: u64) -> Result<(), VerifyError> {
    if total < u64::from(Val::ORDER_U32) {
        Ok(())
    } else {
        Err(VerifyError::Multiplicities { total })
    }
}

/// Checks that every table is opened as planned, and where nothing is planned not at all: what nobody reads
/// would let one proof be written in many ways.
pub(super) fn check_openings<H: Hash>(
    proof: &Proof<H>,
    rounds: &[(Round, Vec<Opened>)],
) -> Result<(), VerifyError> {
    for (table, opening) in proof.openings.iter().enumerate() {
        for (round, part) in PLACES {
            let planned = rounds
                .iter()
                .filter(|(other, _)| *other == round)
                .flat_map(|(_, matrices)| matrices)
                .find(|matrix| matrix.table == table && matrix.part == part);
            for (index, values) in opening.of(round, part).iter().enumerate() {
                let matrix = planned.filter(|matrix| index < matrix.points.len());
                let (expected, found) = (matrix.map_or(0, |matrix| matrix.width), values.len());
                if expected != found {
                    return Err(VerifyError::Shape {
                        what: "an opening",
                        expected,
                        found,
                    });
                }
            }
        }
    }
    Ok(())
}
