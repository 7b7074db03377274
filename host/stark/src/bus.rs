//! Buses: what tables say to each other.
//!
//! A message is a struct with named fields, generic over what a builder computes with, so sender and
//! receiver build the same struct and a field too few or in the wrong place does not compile. The messages
//! sent on a bus, counted with their multiplicities, must be the messages received on it.

use p3_lookup::Count;

use crate::table::TableBuilder;

/// A channel. Two buses with the same name are the same bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bus {
    /// Its name in analyses and messages.
    pub name: &'static str,
}

/// What is said on a bus.
pub trait Message<E> {
    /// The bus.
    const BUS: Bus;

    /// The fields in the order of their declaration. Every message of a bus has as many.
    fn into_fields(self) -> impl IntoIterator<Item = E>;
}

/// Sending and receiving, for every builder.
///
/// A multiplicity that is not a constant carries a bound on its magnitude ([`Count::bounded`]), which the
/// table's constraints must enforce on every row: the bounds, added up over all rows, stay below the field's
/// characteristic, so that multiplicities cannot cancel by wrapping around.
pub trait Interactions: TableBuilder {
    /// Sends a message `count` times.
    fn send<M: Message<Self::Expr>>(&mut self, message: M, count: impl Into<Count<Self::Expr>>) {
        self.push_interaction(M::BUS.name, message.into_fields(), count);
    }

    /// Receives a message `count` times.
    fn receive<M: Message<Self::Expr>>(&mut self, message: M, count: impl Into<Count<Self::Expr>>) {
        self.push_interaction(M::BUS.name, message.into_fields(), -count.into());
    }

    /// Receives a message as often as the prover says: the side of a table that answers look-ups. Nothing
    /// bounds `multiplicity`; what is bounded is how often all others send.
    fn provide<M: Message<Self::Expr>>(&mut self, message: M, multiplicity: impl Into<Self::Expr>) {
        let count = Count::provided(-multiplicity.into());
        self.push_interaction(M::BUS.name, message.into_fields(), count);
    }
}

impl<B: TableBuilder> Interactions for B {}
