//! Calls that take several rows, one below the other.
//!
//! Which row of its call a row is stands in one bit for each. A row that is part of a call is followed by the next of it, and
//! only the first one stands behind something else, so a call is whole or not there. All of them have its time, which no other
//! call has.

use p3_air::NamedAirBuilder;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::TableBuilder;

/// The steps of a row and the next one, and their calls' times.
pub(crate) struct Steps<'a, E> {
    pub(crate) own: &'a [E],
    pub(crate) next: &'a [E],
    pub(crate) time: &'a E,
    pub(crate) next_time: &'a E,
}

pub(crate) fn total<E: PrimeCharacteristicRing>(cells: &[E]) -> E {
    cells.iter().cloned().sum()
}

impl<E: PrimeCharacteristicRing> Steps<'_, E> {
    /// Whether the next row is of the same call.
    pub(crate) fn is_followed(&self) -> E {
        match self.own {
            [before @ .., _] => total(before),
            [] => E::ZERO,
        }
    }

    pub(crate) fn eval<B: TableBuilder<Expr = E>>(&self, builder: &mut B) {
        for step in self.own {
            builder.assert_bool_named(step.clone(), "a step is a bit");
        }
        builder.assert_bool_named(total(self.own), "a row is one step at most");
        // A call cannot begin in its middle, nor go on elsewhere: where one stands, the rows above and below are its own.
        builder
            .when_first_row()
            .assert_zero_named(total(&self.own[1..]), "no call began before the first row");
        for (before, after) in self.own.iter().zip(&self.next[1..]) {
            builder.when_transition().assert_eq_named(
                after.clone(),
                before.clone(),
                "a step stands behind the one before",
            );
        }
        builder
            .when_last_row()
            .assert_zero_named(self.is_followed(), "no call is cut off");
        let changes = self.is_followed() * (self.next_time.clone() - self.time.clone());
        builder.assert_zero_named(changes, "a call has one time");
    }
}
