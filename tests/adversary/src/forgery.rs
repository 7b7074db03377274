//! Changed rows to which one part of one state machine objects, and nobody else: without that part, they would be accepted.
//!
//! `forgeries.jsonl`, which `zisk-adversary forgeries` writes, has one for each part for which one was found. A test tries all of them, so a part that is left out, or
//! does not say any more what it said, is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, mem};

use anyhow::{Context, Result};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::Matrix;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;
use zisk_stark::checker::{Change, Changes, Objection};

use crate::corpus::{cases, for_each_segment};
use crate::deletion::Part;
use crate::repair::Cheat;

/// The forgeries that are known.
const LIST: &str = include_str!("../forgeries.jsonl");
/// Random programs among the cases in which forgeries are found, and tried again.
const NUM_PROGRAMS: u64 = 4;

/// Where a forgery is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// In the run: all other tables stay as they are and accept what is said.
    Run,
    /// In the state machine's own table, which may say to others what they did not say to it: a row that claims, for operands
    /// or requests that the run did not have, what is not so.
    Table,
}

/// Who is asked whether a row is accepted.
#[derive(Clone, Debug)]
pub struct Scopes {
    /// Of each table, the interactions that may say what they like if only the table itself is asked.
    free: Vec<BTreeSet<usize>>,
}

impl Scopes {
    /// Of all tables.
    ///
    /// # Errors
    /// When a table is not well-formed.
    pub fn new() -> Result<Self> {
        let lookups = lookups()?;
        let of_table = |table: &Table| {
            let interactions = analyze(table, &SHARED_BUSES)?.interactions.into_iter().zip(0..);
            let free = interactions.filter(|(message, _)| !lookups.contains(&message.bus));
            Ok(free.map(|(_, number)| number).collect())
        };
        let free = Table::ALL.iter().map(of_table).collect::<Result<_>>()?;
        Ok(Self { free })
    }

    /// Who objects to changed cells of a table, counted from 0.
    ///
    /// # Panics
    /// As [`Changes::objections`].
    pub fn objections(
        &self,
        reach: Reach,
        changes: &Changes<'_, Table>,
        table: usize,
        changed: &[Change],
    ) -> BTreeSet<Objection> {
        let mut objections = changes.objections(table, changed);
        objections.retain(|objection| match (reach, objection) {
            (Reach::Table, Objection::Interaction(number)) => !self.free[table].contains(number),
            _ => true,
        });
        objections
    }
}

/// Buses on which rows are looked up in a table that provides them, and counts how often.
///
/// # Errors
/// When a table is not well-formed.
pub fn lookups() -> Result<BTreeSet<String>> {
    let mut buses = BTreeSet::new();
    for table in &Table::ALL {
        let shape = analyze(table, &SHARED_BUSES)?;
        let provided = shape
            .interactions
            .into_iter()
            .filter(|message| message.bound == 0);
        buses.extend(provided.map(|message| message.bus));
    }
    Ok(buses)
}

/// A forgery of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forgery {
    /// The part that alone objects, as [`Part`] names it.
    pub part: String,
    /// Where it is one.
    pub reach: Reach,
    /// The name of the case.
    case: String,
    /// The segment, counted from 1.
    segment: usize,
    /// `ROW COLUMN VALUE` of each changed cell.
    cells: Vec<String>,
}

impl Forgery {
    /// Who objects; nothing, if there are no such cells.
    fn objections(
        &self,
        scopes: &Scopes,
        part: &Part,
        changes: &Changes<'_, Table>,
    ) -> Option<BTreeSet<Objection>> {
        let names = Table::ALL[part.table].column_names();
        let height = changes.tables()[part.table].main.height();
        let changed: Option<Vec<Change>> = self
            .cells
            .iter()
            .map(|cell| {
                let [row, name, value] = cell.split(' ').collect::<Vec<_>>().try_into().ok()?;
                Some(Change {
                    row: row.parse().ok().filter(|row| *row < height)?,
                    column: names.iter().position(|other| other == name)?,
                    value: Val::from_u32(value.parse().ok()?),
                })
            })
            .collect();
        Some(scopes.objections(self.reach, changes, part.table, &changed?))
    }
}

/// The forgeries that are known.
///
/// # Errors
/// When the list cannot be read.
pub fn known() -> Result<Vec<Forgery>> {
    parse(LIST).context("forgeries.jsonl")
}

/// The forgeries of a list.
///
/// # Errors
/// When the file cannot be read, or is none.
pub fn read(path: &Path) -> Result<Vec<Forgery>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    parse(&text).with_context(|| path.display().to_string())
}

fn parse(list: &str) -> Result<Vec<Forgery>> {
    Ok(list.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Writes a list of forgeries, a line for each.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, mut forgeries: Vec<Forgery>) -> Result<()> {
    forgeries.sort_by(|a, b| a.part.cmp(&b.part));
    let mut text = String::new();
    for forgery in &forgeries {
        text += &serde_json::to_string(forgery)?;
        text += "\n";
    }
    let beside = path.with_extension("new");
    fs::write(&beside, text).with_context(|| beside.display().to_string())?;
    fs::rename(&beside, path).with_context(|| path.display().to_string())
}

/// Forgeries, of these, to which not just their part objects, with who does; nobody, where there is no such
/// part, case or cell any more.
///
/// # Errors
/// When a case cannot be run.
pub fn failing(forgeries: &[Forgery]) -> Result<Vec<(Forgery, BTreeSet<Objection>)>> {
    let (parts, scopes) = (Part::all()?, Scopes::new()?);
    let mut failing = Vec::new();
    let mut open = forgeries.to_vec();
    for_each_segment(&cases(NUM_PROGRAMS), |case, segment, changes| {
        let is_here = |forgery: &Forgery| forgery.case == case.name && forgery.segment == segment;
        let (here, elsewhere): (Vec<_>, Vec<_>) = mem::take(&mut open).into_iter().partition(is_here);
        open = elsewhere;
        let tried = here.into_par_iter().filter_map(|forgery| {
            let part = parts.iter().find(|part| part.name == forgery.part);
            let objections = part.and_then(|part| forgery.objections(&scopes, part, changes));
            let objections = objections.unwrap_or_default();
            let is_alone = part.is_some_and(|part| objections.iter().eq([&part.objection]));
            (!is_alone).then_some((forgery, objections))
        });
        failing.extend(tried.collect::<Vec<_>>());
        Ok(())
    })?;
    failing.extend(open.into_iter().map(|forgery| (forgery, BTreeSet::new())));
    Ok(failing)
}

/// Those of these forgeries to which just their part objects.
///
/// # Errors
/// As [`failing`].
pub fn holding(mut forgeries: Vec<Forgery>) -> Result<Vec<Forgery>> {
    let failing = failing(&forgeries)?;
    let failing: BTreeSet<String> = failing.into_iter().map(|(forgery, _)| forgery.part).collect();
    forgeries.retain(|forgery| !failing.contains(&forgery.part));
    Ok(forgeries)
}

/// Looks for a forgery of each of these parts; `tries` times in each table of each segment.
///
/// # Errors
/// When a case cannot be run, or does not satisfy the machine's constraints as it is.
pub fn search(parts: &[Part], tries: u64) -> Result<Vec<Forgery>> {
    let mut found: BTreeMap<String, Forgery> = BTreeMap::new();
    let (cases, scopes) = (cases(NUM_PROGRAMS), Scopes::new()?);
    for reach in [Reach::Run, Reach::Table] {
        for_each_segment(&cases, |case, segment, changes| {
            for table in 0..Table::ALL.len() {
                let is_open = |part: &&Part| part.table == table && !found.contains_key(&part.name);
                let open: Vec<&Part> = parts.iter().filter(is_open).collect();
                if open.is_empty() {
                    continue;
                }
                let objections = |changed: &[Change]| scopes.objections(reach, changes, table, changed);
                let cheat = Cheat::new(changes, table);
                let names = Table::ALL[table].column_names();
                let of_table: Vec<Forgery> = open
                    .into_par_iter()
                    .filter_map(|part| {
                        let changed = cheat.search(&part.objection, &objections, tries)?;
                        let cell = |change: Change| {
                            let value = change.value.as_canonical_u32();
                            format!("{} {} {value}", change.row, names[change.column])
                        };
                        Some(Forgery {
                            part: part.name.clone(),
                            reach,
                            case: case.name.clone(),
                            segment,
                            cells: changed.into_iter().map(cell).collect(),
                        })
                    })
                    .collect();
                let of_table = of_table
                    .into_iter()
                    .map(|forgery| (forgery.part.clone(), forgery));
                found.extend(of_table);
            }
            Ok(())
        })?;
    }
    Ok(found.into_values().collect())
}
