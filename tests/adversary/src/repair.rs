//! A cheat that breaks one constraint, and changes other cells until nobody but that constraint objects.
//!
//! What it finds shows what the constraint, or the message, is there for: without it, rows would be accepted that are not what
//! the state machine is to compute. Where it finds nothing, either it did not search long enough, or the part says what
//! others say already.

use std::collections::{BTreeMap, BTreeSet};

use p3_field::{Field, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_machine::Table;
use zisk_stark::Val;
use zisk_stark::checker::{Change, Changes, Given, Objection};

use crate::mutations::kinds;

/// How many cells are repaired at most, before the search begins anew.
const MAX_REPAIRS: usize = 16;
/// How many kinds of rows of a table are tried.
const MAX_KINDS: usize = 64;

/// A cell, counted from a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    is_next: bool,
    column: usize,
}

/// Which cells each constraint and each message reads.
#[derive(Debug, Default)]
struct Reads {
    constraints: BTreeMap<usize, BTreeSet<Place>>,
    labels: BTreeMap<String, BTreeSet<Place>>,
    interactions: BTreeMap<usize, BTreeSet<Place>>,
}

/// Whoever cheats with one table of a segment.
pub struct Cheat<'a, 'b> {
    changes: &'a Changes<'b, Table>,
    table: usize,
    rows: Vec<usize>,
    reads: Reads,
}

impl<'a, 'b> Cheat<'a, 'b> {
    /// Sees which cells constraints and messages of the table, counted from 0, read.
    pub fn new(changes: &'a Changes<'b, Table>, table: usize) -> Self {
        let rows = &changes.tables()[table];
        let mut cheat = Self {
            changes,
            table,
            rows: kinds(rows, MAX_KINDS, 1),
            reads: Reads::default(),
        };
        let height = rows.main.height();
        for row in BTreeSet::from([0, height / 2, height.saturating_sub(2), height - 1]) {
            cheat.learn(row);
        }
        cheat
    }

    fn width(&self) -> usize {
        self.changes.tables()[self.table].main.width()
    }

    fn height(&self) -> usize {
        self.changes.tables()[self.table].main.height()
    }

    /// What a cell holds.
    fn cell(&self, changed: &[Change], row: usize, column: usize) -> Val {
        let change = changed
            .iter()
            .find(|change| change.row == row && change.column == column);
        let rows = &self.changes.tables()[self.table];
        change.map_or_else(
            || rows.main.values[row * rows.main.width() + column],
            |change| change.value,
        )
    }

    /// Fills a row and the next with random values, where constraints all fail, and sees what each cell makes a difference to.
    fn learn(&mut self, row: usize) {
        let mut rng = ChaCha12Rng::seed_from_u64(row as u64);
        let mut random: Vec<Change> = Vec::new();
        for row in row..(row + 2).min(self.height()) {
            random.extend((0..self.width()).map(|column| Change {
                row,
                column,
                value: rng.random(),
            }));
        }
        let before = self.changes.given(self.table, row, &random);
        for index in 0..random.len() {
            let Change { row: of, column, .. } = random[index];
            let place = Place {
                is_next: of > row,
                column,
            };
            let old = random[index].value;
            random[index].value = rng.random();
            let after = self.changes.given(self.table, row, &random);
            random[index].value = old;
            for (old, new) in before.failures.iter().zip(&after.failures) {
                if old != new {
                    self.reads
                        .constraints
                        .entry(old.number)
                        .or_default()
                        .insert(place);
                    let label = self.reads.labels.entry(old.label.clone()).or_default();
                    label.insert(place);
                }
            }
            for (old, new) in before.said.iter().zip(&after.said) {
                if old != new {
                    self.reads.interactions.entry(old.0).or_default().insert(place);
                }
            }
        }
    }

    /// Looks so many times for changed cells to which only this part of the table objects; `objections` says who does.
    pub fn search(
        &self,
        target: &Objection,
        objections: &impl Fn(&[Change]) -> BTreeSet<Objection>,
        tries: u64,
    ) -> Option<Vec<Change>> {
        let reads = match target {
            Objection::Constraint(label) => self.reads.labels.get(label),
            Objection::Interaction(number) => self.reads.interactions.get(number),
        };
        let reads: Vec<Place> = reads?.iter().copied().collect();
        (0..tries).find_map(|seed| {
            let mut rng = ChaCha12Rng::seed_from_u64(seed);
            let row = *self.rows.choose(&mut rng)?;
            self.search_once(target, objections, &reads, row, &mut rng)
        })
    }

    /// Changes some cells that the target reads, then others until nobody else objects.
    fn search_once(
        &self,
        target: &Objection,
        objections: &impl Fn(&[Change]) -> BTreeSet<Objection>,
        reads: &[Place],
        row: usize,
        rng: &mut ChaCha12Rng,
    ) -> Option<Vec<Change>> {
        let mut changed: Vec<Change> = Vec::new();
        for _ in 0..rng.random_range(1..=3) {
            let place = reads.choose(rng)?;
            let of = row + usize::from(place.is_next);
            if of < self.height() {
                let value = self.any_value(of, place.column, rng);
                set(&mut changed, of, place.column, value);
            }
        }
        let begun = changed.clone();
        for _ in 0..MAX_REPAIRS {
            let objections = objections(&changed);
            if !objections.contains(target) {
                return None;
            }
            let others: Vec<&Objection> = objections.iter().filter(|other| *other != target).collect();
            let Some(other) = others.choose(rng) else {
                changed.retain(|change| self.cell(&[], change.row, change.column) != change.value);
                return (!self.is_silent(&changed)).then_some(changed);
            };
            let rows: Vec<usize> = changed
                .iter()
                .flat_map(|change| change.row.saturating_sub(1)..=change.row)
                .collect();
            let row = *rows.choose(rng)?;
            if let Some(repair) = self.repair(other, row, &changed, &begun, rng) {
                set(&mut changed, repair.row, repair.column, repair.value);
            }
        }
        None
    }

    fn any_value(&self, row: usize, column: usize, rng: &mut ChaCha12Rng) -> Val {
        let old = self.cell(&[], row, column);
        match rng.random_range(0..9) {
            0 => Val::ZERO,
            1 => Val::ONE,
            2 => Val::TWO,
            3 => -Val::ONE,
            4 => old + Val::ONE,
            5 => old - Val::ONE,
            6 => old + Val::from_u32(1 << rng.random_range(1..=16)),
            7 => Val::from_u32(rng.random_range(0..1 << 16)),
            _ => rng.random(),
        }
    }

    /// A change of one cell by which a row does not make this objection any more, if there is one.
    fn repair(
        &self,
        objection: &Objection,
        row: usize,
        changed: &[Change],
        begun: &[Change],
        rng: &mut ChaCha12Rng,
    ) -> Option<Change> {
        let given = self.changes.given(self.table, row, changed);
        let wrong = self.wrong(objection, row, &given, rng)?;
        let reads: Vec<&Place> = wrong.reads(&self.reads)?.iter().collect();
        let place = reads.choose(rng)?;
        let (of, column) = (row + usize::from(place.is_next), place.column);
        let is_begun = |begun: &Change| begun.row == of && begun.column == column;
        if of >= self.height() || begun.iter().any(is_begun) {
            return None;
        }
        let with = |value: Val| {
            let mut all = changed.to_vec();
            set(&mut all, of, column, value);
            all
        };
        if rng.random_ratio(1, 6) {
            let value = self.any_value(of, column, rng);
            return Some(Change {
                row: of,
                column,
                value,
            });
        }
        let at = |value: Val| wrong.value(&self.changes.given(self.table, row, &with(value)));
        let x0 = self.cell(changed, of, column);
        let x1 = rng.random::<Val>();
        let (y0, y1) = (at(x0), at(x1));
        let slope = (y1 - y0).try_inverse()?;
        let value = x0 - y0 * (x1 - x0) * slope;
        (at(value) == Val::ZERO).then_some(Change {
            row: of,
            column,
            value,
        })
    }

    /// What is wrong in a row with which somebody is not content.
    fn wrong(
        &self,
        objection: &Objection,
        row: usize,
        given: &Given,
        rng: &mut ChaCha12Rng,
    ) -> Option<Wrong> {
        match objection {
            Objection::Constraint(label) => {
                let of_label: Vec<usize> = given
                    .failures
                    .iter()
                    .filter(|failure| failure.label == *label)
                    .map(|failure| failure.number)
                    .collect();
                of_label.choose(rng).copied().map(Wrong::Constraint)
            }
            Objection::Interaction(number) => {
                let said = |given: &Given| given.said.iter().find(|said| said.0 == *number).cloned();
                let honest = said(&self.changes.given(self.table, row, &[]));
                let now = said(given);
                let multiplicity = |said: &Option<(usize, Vec<Val>, Val)>| {
                    said.as_ref()
                        .map_or(Val::ZERO, |(_, _, multiplicity)| *multiplicity)
                };
                if multiplicity(&honest) != multiplicity(&now) {
                    return Some(Wrong::Multiplicity(*number, multiplicity(&honest)));
                }
                let (honest, now) = (honest?.1, now?.1);
                let differing: Vec<usize> = (0..honest.len())
                    .filter(|field| honest[*field] != now[*field])
                    .collect();
                let field = *differing.choose(rng)?;
                Some(Wrong::Field(*number, field, honest[field]))
            }
        }
    }

    /// Whether no row that is changed says anything, nor said.
    fn is_silent(&self, changed: &[Change]) -> bool {
        changed.iter().all(|change| {
            self.changes.is_silent(self.table, change.row, &[])
                && self.changes.is_silent(self.table, change.row, changed)
        })
    }
}

/// What is not what it should be.
enum Wrong {
    /// A constraint, which should be 0.
    Constraint(usize),
    /// How often a message is sent, and should be.
    Multiplicity(usize, Val),
    /// A field of a message, and what it should be.
    Field(usize, usize, Val),
}

impl Wrong {
    fn reads<'a>(&self, reads: &'a Reads) -> Option<&'a BTreeSet<Place>> {
        match self {
            Self::Constraint(number) => reads.constraints.get(number),
            Self::Multiplicity(number, _) | Self::Field(number, _, _) => reads.interactions.get(number),
        }
    }

    /// How far it is from what it should be.
    fn value(&self, given: &Given) -> Val {
        let said = |number: usize| given.said.iter().find(move |said| said.0 == number);
        match self {
            Self::Constraint(number) => {
                let failure = given.failures.iter().find(|failure| failure.number == *number);
                failure.map_or(Val::ZERO, |failure| failure.value)
            }
            Self::Multiplicity(number, honest) => {
                said(*number).map_or(Val::ZERO, |(_, _, multiplicity)| *multiplicity) - *honest
            }
            Self::Field(number, field, honest) => {
                said(*number).map_or(Val::ZERO, |(_, fields, _)| fields[*field]) - *honest
            }
        }
    }
}

fn set(changed: &mut Vec<Change>, row: usize, column: usize, value: Val) {
    let old = changed
        .iter_mut()
        .find(|change| change.row == row && change.column == column);
    match old {
        Some(change) => change.value = value,
        None => changed.push(Change { row, column, value }),
    }
}
