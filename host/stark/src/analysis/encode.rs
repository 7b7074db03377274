//! A table's shape as a sequence of numbers: what a key's digest is computed from.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use p3_air::symbolic::{BaseEntry, BaseLeaf, SymbolicExpr, SymbolicExpression};
use p3_field::PrimeField32;

use super::shape::TableShape;
use crate::field::Val;

impl TableShape {
    /// The shape as numbers below the field's characteristic. Two shapes with the same numbers have the same
    /// constraints and messages; labels do not count, names of buses do.
    pub(crate) fn encode(&self) -> Vec<u32> {
        let mut encoder = Encoder::default();
        encoder.push(self.main_columns.len());
        encoder.push(self.fixed_columns.len());
        encoder.push(self.constraints.len());
        for constraint in &self.constraints {
            encoder.expression(&constraint.expression);
        }
        encoder.push(self.interactions.len());
        for interaction in &self.interactions {
            encoder.push(interaction.bus.len());
            encoder.numbers.extend(interaction.bus.bytes().map(u32::from));
            // Two numbers: a bound may exceed the characteristic.
            encoder
                .numbers
                .extend([interaction.bound >> 16, interaction.bound & 0xffff]);
            encoder.expression(&interaction.multiplicity);
            encoder.push(interaction.fields.len());
            for field in &interaction.fields {
                encoder.expression(field);
            }
        }
        encoder.push(self.num_early);
        encoder.push(self.sums.len());
        for sum in &self.sums {
            encoder.push(sum.scope as usize);
            encoder.push(sum.columns.len());
            for column in &sum.columns {
                encoder.push(column.len());
                for index in column {
                    encoder.push(*index);
                }
            }
        }
        encoder.numbers
    }
}

/// What a number stands for at the beginning of an expression.
#[repr(u32)]
enum Tag {
    Main = 1,
    Fixed,
    Public,
    Periodic,
    IsFirstRow,
    IsLastRow,
    IsTransition,
    Constant,
    Add,
    Sub,
    Mul,
    Neg,
    Shared,
}

#[derive(Default)]
struct Encoder {
    numbers: Vec<u32>,
    /// Subexpressions that were written before, by their address: an expression that is used twice would be
    /// written twice, and one that is built of doubles exponentially often.
    shared: BTreeMap<*const SymbolicExpression<Val>, usize>,
}

impl Encoder {
    fn push(&mut self, number: usize) {
        self.numbers.push(number as u32);
    }

    fn expression(&mut self, expression: &SymbolicExpression<Val>) {
        match expression {
            SymbolicExpr::Leaf(leaf) => self.leaf(leaf),
            SymbolicExpr::Add { x, y, .. } => self.operation(Tag::Add, [x, y]),
            SymbolicExpr::Sub { x, y, .. } => self.operation(Tag::Sub, [x, y]),
            SymbolicExpr::Mul { x, y, .. } => self.operation(Tag::Mul, [x, y]),
            SymbolicExpr::Neg { x, .. } => self.operation(Tag::Neg, [x]),
        }
    }

    fn operation<const N: usize>(&mut self, tag: Tag, operands: [&Arc<SymbolicExpression<Val>>; N]) {
        self.numbers.push(tag as u32);
        for operand in operands {
            let address = Arc::as_ptr(operand);
            if let Some(index) = self.shared.get(&address).copied() {
                self.numbers.push(Tag::Shared as u32);
                self.push(index);
            } else {
                self.expression(operand);
                self.shared.insert(address, self.shared.len());
            }
        }
    }

    fn leaf(&mut self, leaf: &BaseLeaf<Val>) {
        match leaf {
            BaseLeaf::Variable(variable) => {
                let (tag, offset) = match variable.entry {
                    BaseEntry::Main { offset } => (Tag::Main, offset),
                    BaseEntry::Preprocessed { offset } => (Tag::Fixed, offset),
                    BaseEntry::Public => (Tag::Public, 0),
                    BaseEntry::Periodic => (Tag::Periodic, 0),
                };
                self.numbers.push(tag as u32);
                self.push(offset);
                self.push(variable.index);
            }
            BaseLeaf::IsFirstRow => self.numbers.push(Tag::IsFirstRow as u32),
            BaseLeaf::IsLastRow => self.numbers.push(Tag::IsLastRow as u32),
            BaseLeaf::IsTransition => self.numbers.push(Tag::IsTransition as u32),
            BaseLeaf::Constant(constant) => {
                self.numbers
                    .extend([Tag::Constant as u32, constant.as_canonical_u32()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use p3_air::{Air, BaseAir, WindowAccess};
    use p3_field::PrimeCharacteristicRing;

    use super::*;
    use crate::analysis::analyze;
    use crate::bus::{Bus, Interactions, Message};
    use crate::table::TableBuilder;

    struct Said<E>(E);

    impl<E> Message<E> for Said<E> {
        const BUS: Bus = Bus { name: "said" };

        fn into_fields(self) -> impl IntoIterator<Item = E> {
            [self.0]
        }
    }

    /// Variations on a table of two columns.
    #[derive(Clone, Copy, Debug)]
    enum Variation {
        None,
        OtherLabel,
        OtherColumn,
        OtherConstant,
        OtherOperation,
        NextRow,
        OtherMultiplicity,
        Doubling,
    }

    impl BaseAir<Val> for Variation {
        fn width(&self) -> usize {
            2
        }
    }

    impl<B: TableBuilder> Air<B> for Variation {
        fn eval(&self, builder: &mut B) {
            let window = builder.main();
            let [x, y]: [B::Expr; 2] = [0, 1].map(|column| window.current_slice()[column].into());
            let next: B::Expr = window.next_slice()[0].into();
            let constant = B::Expr::from(Val::from_u32(7));
            let (constraint, label) = match self {
                Self::None | Self::OtherMultiplicity => (x.clone() * y - constant, "a"),
                Self::OtherLabel => (x.clone() * y - constant, "b"),
                Self::OtherColumn => (x.clone() * x.clone() - constant, "a"),
                Self::OtherConstant => (x.clone() * y - constant - B::Expr::ONE, "a"),
                Self::OtherOperation => (x.clone() * y + constant, "a"),
                Self::NextRow => (next * y - constant, "a"),
                Self::Doubling => ((0..64).fold(x.clone(), |sum, _| sum.clone() + sum), "a"),
            };
            builder.assert_zero_named(constraint, label);
            let count = if matches!(self, Self::OtherMultiplicity) {
                2
            } else {
                1
            };
            builder.send(Said(x), count);
        }
    }

    fn encode(variation: Variation) -> Vec<u32> {
        analyze(&variation, &[])
            .expect("the table is well formed")
            .encode()
    }

    #[test]
    fn tables_that_differ_are_encoded_differently_and_labels_do_not_count() {
        let all = [
            Variation::None,
            Variation::OtherColumn,
            Variation::OtherConstant,
            Variation::OtherOperation,
            Variation::NextRow,
            Variation::OtherMultiplicity,
        ];
        let encoded: Vec<_> = all.map(encode).into();
        for (index, numbers) in encoded.iter().enumerate() {
            assert!(!encoded[index + 1..].contains(numbers), "{:?}", all[index]);
        }
        assert_eq!(encode(Variation::None), encode(Variation::OtherLabel));
        assert_eq!(
            encode(Variation::None),
            encoded[0],
            "the same table gives the same numbers"
        );
    }

    #[test]
    fn what_is_used_twice_is_written_once() {
        assert!(encode(Variation::Doubling).len() < 1000);
    }
}
