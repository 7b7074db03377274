//! Rows of calls that satisfy every constraint, and whose lookups are all answered but one: without that one, they would be
//! accepted.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use std::sync::{LazyLock, Mutex};

use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;
use zisk_stark::analysis::{TableShape, analyze};
use zisk_stark::checker::{Change, Changes, Given, Rows};
use zisk_stark::{Bus, Message, Val};

use super::CallPlay;
use super::lookups::is_fixed;
use crate::bigint::CARRY_HIGH;
use crate::cells::Cells;
use crate::messages::{BytePair, Memory, Operation, Range16, SHARED_BUSES};
use crate::word::LIMB_BITS;
use crate::{Multiplicities, Table};

/// What tables of calls speak on: those who hear it are not here.
const BUSES: [Bus; 4] = [
    <Operation<Val> as Message<Val>>::BUS,
    <Memory<Val> as Message<Val>>::BUS,
    <Range16<Val> as Message<Val>>::BUS,
    <BytePair<Val> as Message<Val>>::BUS,
];

/// Tables of calls have no fixed columns.
static NOTHING: LazyLock<RowMajorMatrix<Val>> = LazyLock::new(|| RowMajorMatrix::new(Vec::new(), 0));

/// An identity of big numbers: the label of its constraints, one for each step, and the carries behind the steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub(crate) label: &'static str,
    pub(crate) carries: Carries,
}

/// Where the carries of an identity are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Carries {
    /// In `carry_low` and `carry_high`, from there on: of steps of two bytes.
    Pairs(usize),
    /// In a column of this name for each step of a byte.
    Single(&'static str),
}

/// The columns of a carry, and what it stands for in the step that it is behind.
struct Carry {
    low: usize,
    high: Option<usize>,
    unit: Val,
}

/// What is not accepted of a row: constraints, and lookups, which are interactions counted from 0.
#[derive(Debug, PartialEq, Eq)]
struct Refused {
    constraints: Vec<String>,
    lookups: Vec<(usize, Vec<Val>)>,
}

/// The cells of a row.
pub(crate) fn cells(columns: &impl Cells<Val>) -> Vec<Val> {
    let mut cells = Vec::new();
    columns.write(&mut |cell| cells.push(cell));
    cells
}

/// Limbs of 16 bits that are what `y` is more than `x + 1`, if only the field is asked in which constraints are: the carries of their sum are no
/// bits, but nothing is carried out of it.
pub(crate) fn gap_in_field(x: &[Val; 16], y: &[Val; 16]) -> [Val; 16] {
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let carried_out = |gap: &[Val; 16]| {
        let limbs = x.iter().zip(gap).zip(y);
        limbs.fold(Val::ONE, |carry, ((x, gap), y)| {
            (*x + *gap + carry - *y) * inverse
        })
    };
    let mut gap = [Val::ZERO; 16];
    // What comes out changes by a power of the inverse with each limb: a few limbs reach everything.
    let numbers = (0..16_u32).flat_map(|third| (0..1 << LIMB_BITS).map(move |second| [second, third]));
    for [second, third] in numbers {
        (gap[1], gap[2], gap[3]) = (Val::ZERO, Val::from_u32(second), Val::from_u32(third));
        let first = -carried_out(&gap) / inverse.exp_u64(15);
        if first.as_canonical_u32() < 1 << LIMB_BITS {
            gap[1] = first;
            break;
        }
    }
    assert_eq!(carried_out(&gap), Val::ZERO);
    gap
}

/// Who forges the first row of a table of calls.
pub(crate) struct Forger<'a> {
    honest: &'a [Val],
    changes: Changes<'a, Table>,
    shape: TableShape,
    names: Vec<String>,
    identities: &'a [Identity],
    inverses: &'a [(&'static str, &'static str)],
    /// Lookups that a forged row was refused by, and by nothing else.
    shown: Mutex<BTreeSet<usize>>,
}

impl<'a> Forger<'a> {
    /// From the row of a play that holds. `inverses` are constraints and the columns that these say to be inverses.
    pub(crate) fn new(
        play: &'a CallPlay,
        identities: &'a [Identity],
        inverses: &'a [(&'static str, &'static str)],
    ) -> Self {
        let (table, main) = &play.scene.tables[0];
        let rows = Rows {
            name: table.name(),
            table,
            main,
            fixed: &NOTHING,
            public_values: &[],
        };
        let changes = Changes::new(vec![rows], &BUSES);
        Self {
            honest: &main.values[..main.width()],
            changes: changes.unwrap_or_else(|report| panic!("{report}")),
            shape: analyze(table, &SHARED_BUSES).expect("the table is well formed"),
            names: table.column_names(),
            identities,
            inverses,
            shown: Mutex::default(),
        }
    }

    /// The columns of this name.
    pub(crate) fn columns(&self, name: &str) -> Vec<usize> {
        let is_of = |column: &usize| {
            let rest = self.names[*column].strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        let columns: Vec<usize> = (0..self.names.len()).filter(is_of).collect();
        assert!(!columns.is_empty(), "no column {name}");
        columns
    }

    fn given(&self, row: &[Val]) -> Given {
        let changed = row.iter().zip(self.honest).enumerate();
        let changed = changed.filter(|(_, (new, old))| new != old);
        let changes: Vec<Change> = changed
            .map(|(column, (value, _))| Change {
                row: 0,
                column,
                value: *value,
            })
            .collect();
        self.changes.given(0, 0, &changes)
    }

    /// Inverses, and then carries, as constraints want them.
    fn settle(&self, row: &mut [Val]) {
        for failure in self.given(row).failures {
            // It is `number * inverse - 1`.
            for (_, column) in self.inverses.iter().filter(|(label, _)| *label == failure.label) {
                let column = self.columns(column)[0];
                row[column] *= (failure.value + Val::ONE).inverse();
            }
        }
        let failures = self.given(row).failures;
        for identity in self.identities {
            let mut change = Val::ZERO;
            for (constraint, carry) in self.steps(identity) {
                let failure = failures.iter().find(|failure| failure.number == constraint);
                change += failure.map_or(Val::ZERO, |failure| failure.value);
                change *= carry.unit.inverse();
                row[carry.low] += change;
                if let Some(high) = carry.high.filter(|_| change != Val::ZERO) {
                    let said = row[carry.low] + row[high] * Val::from_i32(CARRY_HIGH);
                    let (said, of_high) = (said.as_canonical_u32(), CARRY_HIGH.unsigned_abs());
                    row[carry.low] = Val::from_u32(said % of_high);
                    row[high] = Val::from_u32(said / of_high);
                }
            }
        }
    }

    /// The constraints of an identity, counted from 0, with the carries behind them: not the last, behind which there is none.
    fn steps(&self, identity: &Identity) -> impl Iterator<Item = (usize, Carry)> {
        let carries: Vec<Carry> = match identity.carries {
            Carries::Pairs(first) => {
                let low = self.columns("carry_low").into_iter().skip(first);
                let high = self.columns("carry_high").into_iter().skip(first);
                let carry = |(low, high)| Carry {
                    low,
                    high: Some(high),
                    unit: Val::from_u32(1 << LIMB_BITS),
                };
                low.zip(high).map(carry).collect()
            }
            Carries::Single(name) => {
                let carry = |low| Carry {
                    low,
                    high: None,
                    unit: Val::from_u32(1 << 8),
                };
                self.columns(name).into_iter().map(carry).collect()
            }
        };
        let constraints = self.shape.constraints.iter().enumerate();
        let of_identity = constraints.filter(|(_, constraint)| constraint.label == identity.label);
        let mut numbers: Vec<usize> = of_identity.map(|(number, _)| number).collect();
        numbers.pop().expect("the identity has constraints");
        numbers.into_iter().zip(carries)
    }

    /// Which of the buses with lookups an interaction is on.
    fn looked_up_on(&self, interaction: usize) -> Option<usize> {
        let name = &self.shape.interactions[interaction].bus;
        Multiplicities::BUSES.iter().position(|bus| bus.name == *name)
    }

    fn refused(&self, row: &[Val]) -> Refused {
        let given = self.given(row);
        let is_answered = |(interaction, fields, _): &(usize, Vec<Val>, Val)| {
            let fields: Vec<u32> = fields.iter().map(Val::as_canonical_u32).collect();
            self.looked_up_on(*interaction)
                .is_none_or(|bus| is_fixed(bus, &fields))
        };
        let failures = given.failures.into_iter();
        let said = given.said.into_iter().filter(|said| !is_answered(said));
        Refused {
            constraints: failures.map(|failure| failure.label).collect(),
            lookups: said
                .map(|(interaction, fields, _)| (interaction, fields))
                .collect(),
        }
    }

    /// The lookups that a column makes a difference to.
    fn lookups_of(&self, column: usize) -> BTreeSet<usize> {
        let mut row = self.honest.to_vec();
        row[column] += Val::TWO;
        let (before, after) = (self.given(self.honest).said, self.given(&row).said);
        let changed = before.into_iter().zip(after).filter(|(old, new)| old != new);
        let interactions = changed.map(|((interaction, ..), _)| interaction);
        interactions
            .filter(|interaction| self.looked_up_on(*interaction).is_some())
            .collect()
    }

    /// Of these rows there is one that nothing refuses but a lookup of this column.
    #[track_caller]
    fn assert_one_is_refused_by_the_lookup(&self, column: usize, rows: &[Vec<Val>]) {
        let lookups = self.lookups_of(column);
        let all: Vec<Refused> = rows.iter().map(|row| self.refused(row)).collect();
        let by_one = all.iter().find_map(|refused| match refused.lookups.as_slice() {
            [(interaction, _)] if refused.constraints.is_empty() => lookups.get(interaction).copied(),
            _ => None,
        });
        let interaction = by_one.unwrap_or_else(|| panic!("{}: {all:?}", self.names[column]));
        self.shown.lock().expect("nobody panicked").insert(interaction);
    }

    /// Every lookup of the table is one that a row was refused by, but those of these columns.
    #[track_caller]
    pub(crate) fn assert_every_lookup_was_shown(&self, but: &[&str]) {
        let excepted = but.iter().flat_map(|name| self.columns(name));
        let excepted = excepted.flat_map(|column| self.lookups_of(column));
        let shown = self.shown.lock().expect("nobody panicked");
        let known: BTreeSet<usize> = shown.iter().copied().chain(excepted).collect();
        let missed: Vec<usize> = (0..self.shape.interactions.len())
            .filter(|interaction| self.looked_up_on(*interaction).is_some() && !known.contains(interaction))
            .collect();
        assert!(missed.is_empty(), "interactions {missed:?}");
    }

    /// Pointers, and times at which registers and words were looked at before, can be out of their range.
    #[track_caller]
    pub(crate) fn assert_calls_are_looked_up(&self) {
        let beyond = Val::from_u32(1 << LIMB_BITS);
        let times = ["call.number_before", "call.pointers_before", "call.before"];
        let times = times.into_iter().flat_map(|name| self.columns(name));
        let pointers = self.columns("call.pointers_high");
        let words = self
            .columns("call.high")
            .into_iter()
            .zip(self.columns("call.before"));
        let changes = times.map(|before| vec![(before, -beyond)]);
        let changes = changes.chain(pointers.into_iter().map(|high| vec![(high, beyond)]));
        // How long ago it was, in two parts.
        let changes = changes.chain(
            words.map(|(high, before)| vec![(high, beyond), (before, -beyond * Val::from_u32(1 << 8))]),
        );
        for changes in changes {
            let mut row = self.honest.to_vec();
            for (column, change) in &changes {
                row[*column] += *change;
            }
            self.assert_one_is_refused_by_the_lookup(changes[0].0, &[row]);
        }
    }

    /// Of these rows, whose inverses and carries are first made what constraints want them to be, there is one that nothing refuses
    /// but the lookup of the column of this name.
    #[track_caller]
    pub(crate) fn assert_is_refused_by_the_lookup(
        &self,
        column: &str,
        rows: impl IntoIterator<Item = Vec<Val>>,
    ) {
        let mut rows: Vec<Vec<Val>> = rows.into_iter().collect();
        for row in &mut rows {
            self.settle(row);
        }
        self.assert_one_is_refused_by_the_lookup(self.columns(column)[0], &rows);
    }

    /// A row, whose inverses and carries are first made what constraints want them to be, is refused by constraints of this label and
    /// nothing else.
    #[track_caller]
    pub(crate) fn assert_is_refused_by(&self, label: &str, mut row: Vec<Val>) {
        self.settle(&mut row);
        let Refused { constraints, lookups } = self.refused(&row);
        let is_alone = lookups.is_empty() && constraints.iter().all(|found| found == label);
        assert!(
            is_alone && !constraints.is_empty(),
            "{label}: {constraints:?}, {lookups:?}"
        );
    }

    /// What says whether there is a call, and in which space words are, can be no bit.
    #[track_caller]
    pub(crate) fn assert_bits_of_calls_are_bits(&self) {
        let mut row = self.honest.to_vec();
        row[self.columns("call.is_real")[0]] = Val::TWO;
        let refused = self.refused(&row).constraints;
        assert!(refused.iter().any(|label| label == "is_real is a bit"));
        let is_read_only = |name: &String| name.starts_with("call.is_read_only");
        let read_only = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| is_read_only(name));
        for (column, _) in read_only {
            let mut row = self.honest.to_vec();
            row[column] = -Val::ONE;
            self.assert_is_refused_by("is_read_only is a bit", row);
        }
    }

    /// In each pair of bytes of these numbers, the lower one can be too large, for the same number.
    #[track_caller]
    pub(crate) fn assert_bytes_are_looked_up(&self, numbers: &[&str]) {
        let columns: Vec<usize> = numbers.iter().flat_map(|name| self.columns(name)).collect();
        columns.as_chunks().0.par_iter().for_each(|[low, high]| {
            let mut row = self.honest.to_vec();
            row[*low] += Val::from_u32(1 << 8);
            row[*high] -= Val::ONE;
            self.settle(&mut row);
            self.assert_one_is_refused_by_the_lookup(*low, &[row]);
        });
    }

    /// Each limb of these numbers, of so many limbs, can be too large or too small, for the same number: but the highest.
    #[track_caller]
    pub(crate) fn assert_limbs_are_looked_up(&self, numbers: &[&str], len: usize) {
        let columns: Vec<usize> = numbers.iter().flat_map(|name| self.columns(name)).collect();
        let pairs = columns.chunks(len).flat_map(<[usize]>::array_windows);
        pairs.collect::<Vec<_>>().par_iter().for_each(|[limb, above]| {
            let rows = [Val::ONE, -Val::ONE].map(|more| {
                let mut row = self.honest.to_vec();
                row[*limb] += more * Val::from_u32(1 << LIMB_BITS);
                row[*above] -= more;
                self.settle(&mut row);
                row
            });
            self.assert_one_is_refused_by_the_lookup(*limb, &rows);
        });
    }

    /// Each carry of two bytes can be said with an upper byte that is none.
    #[track_caller]
    pub(crate) fn assert_carries_are_looked_up(&self) {
        for (low, high) in self
            .columns("carry_low")
            .into_iter()
            .zip(self.columns("carry_high"))
        {
            let mut row = self.honest.to_vec();
            let moved = row[high] + Val::ONE;
            row[low] += moved * Val::from_i32(CARRY_HIGH);
            row[high] = -Val::ONE;
            self.assert_one_is_refused_by_the_lookup(low, &[row]);
        }
    }
}
