use p3_air::{Air, BaseAir, WindowAccess};
use zisk_stark::analysis::{AnalysisError, ColumnUse, analyze};
use zisk_stark::{Bus, Count, Interactions, Message, TableBuilder, Val};

use crate::tables::Small;

#[test]
fn a_table_is_read_once_for_everything() {
    let shape = analyze(&Small::Fibonacci, &[]).unwrap();
    let labels: Vec<_> = shape
        .constraints
        .iter()
        .map(|constraint| constraint.label.as_str())
        .collect();
    let expected = [
        "is_real is a bit",
        "a is split",
        "starts with 0",
        "then 1",
        "a moves on",
        "b is the sum",
        "ends with the public value",
    ];
    assert_eq!(labels, expected);
    let interaction = &shape.interactions[0];
    assert_eq!(
        (
            interaction.bus.as_str(),
            interaction.fields.len(),
            interaction.bound
        ),
        ("byte", 1, 1)
    );
    let (both, current) = (
        ColumnUse {
            current: true,
            next: true,
        },
        ColumnUse {
            current: true,
            next: false,
        },
    );
    assert_eq!(shape.main_columns, [both, both, current, current, current]);
    // Five main columns, and one LogUp column of degree 5; the other table's one main column is filled up to five.
    assert_eq!((shape.max_degree(), shape.cells_per_row()), (2, 10));

    let shape = analyze(&Small::Bytes, &[]).unwrap();
    assert_eq!((shape.fixed_columns.len(), shape.cells_per_row()), (1, 10));
}

/// What [`Odd`] sends.
struct Anything<E>(Vec<E>);

impl<E> Message<E> for Anything<E> {
    const BUS: Bus = Bus { name: "anything" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        self.0
    }
}

/// Tables that are written wrongly, or to see how interactions are packed.
enum Odd {
    /// A constraint of this degree in column 0; column 1 is not used.
    Degree(u32),
    /// Interactions with fields and multiplicities of these degrees.
    Interactions(&'static [(u32, u32)]),
    /// Messages of different lengths on one bus.
    Widths,
    /// Messages of which one depends on a selector.
    Selector(Selector, InMessage),
}

#[derive(Clone, Copy, Debug)]
enum Selector {
    First,
    Last,
    Transition,
}

/// Where.
#[derive(Clone, Copy, Debug)]
enum InMessage {
    Field,
    Multiplicity,
    /// In no message, but in a constraint.
    Nowhere,
}

impl BaseAir<Val> for Odd {
    fn width(&self) -> usize {
        2
    }
}

impl<B: TableBuilder> Air<B> for Odd {
    fn eval(&self, builder: &mut B) {
        let x: B::Expr = builder.main().current_slice()[0].into();
        let power = |degree: u32| (0..degree).map(|_| x.clone()).product::<B::Expr>();
        match self {
            Self::Degree(degree) => builder.assert_zero_named(power(*degree), "a power"),
            Self::Interactions(degrees) => {
                for (field, multiplicity) in *degrees {
                    builder.provide(Anything(vec![power(*field)]), power(*multiplicity));
                }
            }
            Self::Widths => {
                builder.send(Anything(vec![x.clone()]), 1);
                builder.receive(Anything(vec![x.clone(), x]), 1);
            }
            Self::Selector(selector, place) => {
                let selector = match selector {
                    Selector::First => builder.is_first_row(),
                    Selector::Last => builder.is_last_row(),
                    Selector::Transition => builder.is_transition(),
                };
                // The same expression, behind an operation, in every message and a constraint.
                let reads = x.clone() - selector;
                builder.assert_zero_named(reads.clone(), "reads a selector");
                builder.send(Anything(vec![x.clone()]), 1);
                let (field, multiplicity) = match place {
                    InMessage::Field => (reads, x),
                    InMessage::Multiplicity => (x, reads),
                    InMessage::Nowhere => (x.clone(), x),
                };
                builder.receive(Anything(vec![field]), Count::bounded(multiplicity, 1));
            }
        }
    }
}

#[test]
fn degrees_that_do_not_fit_are_refused_by_name() {
    assert_eq!(analyze(&Odd::Degree(3), &[]).unwrap().max_degree(), 3);
    let error = analyze(&Odd::Degree(4), &[]).unwrap_err();
    assert_eq!(
        error,
        AnalysisError::ConstraintDegree {
            label: "a power".into(),
            degree: 4
        }
    );
    for (field, multiplicity) in [(3, 1), (1, 4)] {
        let degrees: &'static [(u32, u32)] = vec![(field, multiplicity)].leak();
        let error = analyze(&Odd::Interactions(degrees), &[]).unwrap_err();
        let found = matches!(error, AnalysisError::InteractionDegree { index: 0, .. });
        assert!(
            found,
            "fields of degree {field}, multiplicity of degree {multiplicity}: {error}"
        );
    }
}

#[test]
fn messages_of_a_bus_have_one_width() {
    let error = analyze(&Odd::Widths, &[]).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::MessageWidth {
                index: 1,
                expected: 1,
                found: 2,
                ..
            }
        ),
        "{error}"
    );
}

/// They are filled into LogUp columns as if there were none.
#[test]
fn messages_that_depend_on_selectors_are_refused_by_name() {
    for (selector, name) in [
        (Selector::First, "is_first_row"),
        (Selector::Last, "is_last_row"),
        (Selector::Transition, "is_transition"),
    ] {
        for place in [InMessage::Field, InMessage::Multiplicity] {
            let error = analyze(&Odd::Selector(selector, place), &[]).unwrap_err();
            let expected = AnalysisError::InteractionSelector {
                index: 1,
                bus: "anything".into(),
                selector: name,
            };
            assert_eq!(error, expected, "{place:?}");
        }
        assert!(analyze(&Odd::Selector(selector, InMessage::Nowhere), &[]).is_ok());
    }
}

#[test]
fn interactions_share_columns_as_degrees_allow() {
    let columns = |degrees| -> Vec<Vec<usize>> {
        let sums = analyze(&Odd::Interactions(degrees), &[]).unwrap().sums;
        sums.into_iter().flat_map(|sum| sum.columns).collect()
    };
    // Two of degree 1 go together: u * d1 * d2 has degree 3.
    assert_eq!(columns(&[(1, 1), (1, 1), (1, 1)]), [vec![0, 1], vec![2]]);
    // A field or a multiplicity of degree 2 leaves room only for what adds nothing.
    assert_eq!(columns(&[(2, 1), (1, 1), (1, 1)]), [vec![0], vec![1, 2]]);
    assert_eq!(columns(&[(1, 2), (1, 2), (1, 3)]), [vec![0, 1], vec![2]]);
    assert_eq!(columns(&[]), Vec::<Vec<usize>>::new());
}

#[test]
fn columns_that_nothing_reads_are_found() {
    let unused: Vec<_> = analyze(&Odd::Degree(2), &[]).unwrap().unused_columns().collect();
    assert_eq!(unused, [1]);
}
