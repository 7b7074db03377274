//! What a table says, counted: how often everything that others look up is looked up.

use alloc::vec;
use alloc::vec::Vec;

use p3_air::Air;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use p3_lookup::{Count, InteractionBuilder};
use rayon::prelude::*;

use crate::bus::Bus;
use crate::field::{PackedVal, Val};
use crate::logup::TableRows;
use crate::transpose::LANES;
use crate::window::Window;

/// Runs over the messages that a table's active rows have on some buses, as the table says them, and counts them: by
/// `count`, which is given the bus, a message's fields and its multiplicity, into as many counters as there are tasks,
/// which `merge` adds up. Messages with multiplicity 0 are left out.
///
/// So whoever provides a table of numbers fills in the multiplicities from what is said, and not from a second account of
/// it.
///
/// Behind the last active row stand zeros. In a proof these are random cells, and in a check noise: a message of the last
/// row that depends on them is counted wrongly here, and its bus will not balance.
///
/// # Panics
/// When the shape of `rows` is not the table's.
pub fn count_messages<T, S: Send>(
    rows: &TableRows<'_, T>,
    buses: &[Bus],
    new: impl Fn() -> S + Sync,
    count: impl Fn(&mut S, Bus, &[Val], Val) + Sync,
    merge: impl Fn(S, S) -> S + Sync,
) -> S
where
    T: for<'a> Air<Listener<'a>> + Sync,
{
    /// Groups of rows that one task works on.
    const PER_TASK: usize = 1 << 8;
    let TableRows {
        table,
        shape,
        main,
        fixed,
        public_values,
        num_active,
    } = *rows;
    let wanted: Vec<Option<Bus>> = shape
        .interactions
        .iter()
        .map(|interaction| buses.iter().copied().find(|bus| interaction.bus == bus.name))
        .collect();
    let num_groups = if wanted.iter().any(Option::is_some) {
        num_active.div_ceil(LANES)
    } else {
        0
    };
    (0..num_groups.div_ceil(PER_TASK))
        .into_par_iter()
        .map(|task| {
            let mut counter = new();
            let mut main = Window::new(main, &shape.main_columns).ending(num_active);
            let mut fixed = Window::new(fixed, &shape.fixed_columns).ending(num_active);
            let mut said = Vec::new();
            let mut fields = vec![Val::ZERO; 0];
            for group in task * PER_TASK..((task + 1) * PER_TASK).min(num_groups) {
                let mut listener = Listener {
                    main: main.load(group * LANES),
                    fixed: fixed.load(group * LANES),
                    public_values,
                    wanted: &wanted,
                    num_heard: 0,
                    said: core::mem::take(&mut said),
                };
                table.eval(&mut listener);
                said = listener.said;
                for (bus, packed, multiplicity) in said.drain(..) {
                    for lane in 0..LANES.min(num_active - group * LANES) {
                        let multiplicity = multiplicity.as_slice()[lane];
                        if multiplicity != Val::ZERO {
                            fields.clear();
                            fields.extend(packed.iter().map(|field: &PackedVal| field.as_slice()[lane]));
                            count(&mut counter, bus, &fields, multiplicity);
                        }
                    }
                }
            }
            counter
        })
        .reduce(&new, &merge)
}

/// The builder that hears the messages on some buses, of several rows side by side.
#[derive(Debug)]
pub struct Listener<'a> {
    main: p3_air::RowWindow<'a, PackedVal>,
    fixed: p3_air::RowWindow<'a, PackedVal>,
    public_values: &'a [Val],
    wanted: &'a [Option<Bus>],
    num_heard: usize,
    said: Vec<(Bus, Vec<PackedVal>, PackedVal)>,
}

impl<'a> p3_air::AirBuilder for Listener<'a> {
    type F = Val;
    type Expr = PackedVal;
    type Var = PackedVal;
    type PreprocessedWindow = p3_air::RowWindow<'a, PackedVal>;
    type MainWindow = p3_air::RowWindow<'a, PackedVal>;
    type PublicVar = Val;
    type PeriodicVar = Val;

    fn main(&self) -> Self::MainWindow {
        self.main
    }

    fn preprocessed(&self) -> &Self::PreprocessedWindow {
        &self.fixed
    }

    // Messages do not depend on selectors: the analysis refuses those that do.
    fn is_first_row(&self) -> PackedVal {
        PackedVal::ZERO
    }

    fn is_last_row(&self) -> PackedVal {
        PackedVal::ZERO
    }

    fn is_transition(&self) -> PackedVal {
        PackedVal::ZERO
    }

    fn assert_zero<I: Into<PackedVal>>(&mut self, _: I) {}

    fn public_values(&self) -> &[Val] {
        self.public_values
    }
}

impl p3_air::PassthroughNamedAirBuilder for Listener<'_> {}

impl InteractionBuilder for Listener<'_> {
    fn push_interaction<E: Into<PackedVal>>(
        &mut self,
        _bus_name: &str,
        fields: impl IntoIterator<Item = E>,
        count: impl Into<Count<PackedVal>>,
    ) {
        if let Some(Some(bus)) = self.wanted.get(self.num_heard) {
            let (multiplicity, _) = count.into().into_parts();
            let fields = fields.into_iter().map(Into::into).collect();
            self.said.push((*bus, fields, multiplicity));
        }
        self.num_heard += 1;
    }

    fn push_local_interaction(&mut self, _: impl IntoIterator<Item = (Vec<PackedVal>, Count<PackedVal>)>) {
        crate::table::refuse_local_interaction();
    }
}
