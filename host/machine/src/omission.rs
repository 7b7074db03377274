//! Tables with a part left out, to see whether tests notice: the feature `omission`, which nothing that proves or verifies
//! has.
//!
//! The environment variable `ZISK_OMIT` says which: `TABLE:LABEL` for a constraint, `TABLE#NUMBER` for an interaction,
//! counted from 0.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::sync::LazyLock;

use p3_air::{AirBuilder, Name, NamedAirBuilder};
use p3_lookup::{Count, InteractionBuilder};
use zisk_stark::{TableBuilder, Val};

use crate::Table;

/// A part of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The constraint with this label; all of them if several have it.
    Constraint(String),
    /// This interaction.
    Interaction(usize),
}

/// What is left out.
static OMITTED: LazyLock<Option<(Table, Part)>> = LazyLock::new(|| {
    let name = std::env::var(VARIABLE).ok()?;
    let found = Table::ALL.into_iter().find_map(|table| {
        let rest = name.strip_prefix(table.name())?;
        let part = match rest.strip_prefix(':') {
            Some(label) => Part::Constraint(label.to_string()),
            None => Part::Interaction(rest.strip_prefix('#')?.parse().ok()?),
        };
        Some((table, part))
    });
    // Whoever writes the variable wrongly would see that nothing is noticed.
    Some(found.unwrap_or_else(|| panic!("{VARIABLE} is {name}, which is no part of a table")))
});

/// The environment variable that says what is left out.
pub const VARIABLE: &str = "ZISK_OMIT";

/// How a part of a table is written in [`VARIABLE`].
pub fn name(table: Table, part: &Part) -> String {
    match part {
        Part::Constraint(label) => alloc::format!("{}:{label}", table.name()),
        Part::Interaction(number) => alloc::format!("{}#{number}", table.name()),
    }
}

/// A builder that does not hear a part of a table.
#[derive(Debug)]
pub(crate) struct Omitting<'a, B> {
    builder: &'a mut B,
    omitted: Option<&'static Part>,
    num_interactions: usize,
}

impl<'a, B> Omitting<'a, B> {
    pub(crate) fn new(builder: &'a mut B, table: Table) -> Self {
        let omitted = OMITTED.as_ref().filter(|(of, _)| *of == table);
        Self {
            builder,
            omitted: omitted.map(|(_, part)| part),
            num_interactions: 0,
        }
    }
}

impl<B: TableBuilder> AirBuilder for Omitting<'_, B> {
    type F = Val;
    type Expr = B::Expr;
    type Var = B::Var;
    type PreprocessedWindow = B::PreprocessedWindow;
    type MainWindow = B::MainWindow;
    type PublicVar = B::PublicVar;
    type PeriodicVar = B::PeriodicVar;

    fn main(&self) -> Self::MainWindow {
        self.builder.main()
    }

    fn preprocessed(&self) -> &Self::PreprocessedWindow {
        self.builder.preprocessed()
    }

    fn is_first_row(&self) -> Self::Expr {
        self.builder.is_first_row()
    }

    fn is_last_row(&self) -> Self::Expr {
        self.builder.is_last_row()
    }

    fn is_transition(&self) -> Self::Expr {
        self.builder.is_transition()
    }

    fn assert_zero<I: Into<Self::Expr>>(&mut self, x: I) {
        self.builder.assert_zero(x);
    }

    fn public_values(&self) -> &[Self::PublicVar] {
        self.builder.public_values()
    }
}

impl<B: TableBuilder> NamedAirBuilder for Omitting<'_, B> {
    fn assert_zero_named<I: Into<Self::Expr>, N: Name>(&mut self, x: I, name: N) {
        let label = name.evaluate();
        if !matches!(self.omitted, Some(Part::Constraint(omitted)) if *omitted == label.to_string()) {
            self.builder.assert_zero_named(x, || label);
        }
    }
}

impl<B: TableBuilder> InteractionBuilder for Omitting<'_, B> {
    fn push_interaction<E: Into<Self::Expr>>(
        &mut self,
        bus_name: &str,
        fields: impl IntoIterator<Item = E>,
        count: impl Into<Count<Self::Expr>>,
    ) {
        let number = self.num_interactions;
        self.num_interactions += 1;
        if self.omitted != Some(&Part::Interaction(number)) {
            self.builder.push_interaction(bus_name, fields, count);
        }
    }

    fn push_local_interaction(
        &mut self,
        tuples: impl IntoIterator<Item = (Vec<Self::Expr>, Count<Self::Expr>)>,
    ) {
        self.builder.push_local_interaction(tuples);
    }
}
