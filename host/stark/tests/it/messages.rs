//! What messages may read: public values, and the next row but behind the last. Checker, prover and counting agree.

use p3_air::{Air, BaseAir, NamedAirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::analysis::analyze;
use zisk_stark::checker::{Report, Rows, Violation, check};
use zisk_stark::{
    Bus, Interactions, Message, Parameters, Poseidon2Hash, ProvingKey, TableBuilder, TableRows, Trace, Val,
    VerifyError, count_messages, prove, verify,
};

const LOG_HEIGHT: usize = 6;
/// More than anybody has.
const NUM_PUBLIC: usize = 100;
const SAID: Bus = Said::<Val>::BUS;

struct Said<E>(E);

impl<E> Message<E> for Said<E> {
    const BUS: Bus = Bus { name: "said" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        [self.0]
    }
}

/// Columns `x`, `y`; fixed column `f`.
#[derive(Clone, Copy, Debug)]
enum Table {
    /// Sends the last public value and receives `y`.
    Public,
    /// Sends the next row's `x` and receives `y`.
    Next,
    /// Sends the next row's `f` and receives `y`.
    NextFixed,
    /// The next row's `x` is `y`.
    Constraint,
    /// The next row's `f` is `y`.
    FixedConstraint,
    /// The next row's `x` is `y`, but behind the last row.
    Transition,
}

impl Table {
    const ALL: [Self; 6] = [
        Self::Public,
        Self::Next,
        Self::NextFixed,
        Self::Constraint,
        Self::FixedConstraint,
        Self::Transition,
    ];

    /// Whether something of the last row depends on what stands behind it.
    fn reads_behind(self) -> bool {
        !matches!(self, Self::Public | Self::Transition)
    }
}

impl BaseAir<Val> for Table {
    fn width(&self) -> usize {
        2
    }

    fn preprocessed_width(&self) -> usize {
        1
    }

    fn num_public_values(&self) -> usize {
        NUM_PUBLIC
    }
}

impl<B: TableBuilder> Air<B> for Table {
    fn eval(&self, builder: &mut B) {
        let main = builder.main();
        let y: B::Expr = main.current_slice()[1].into();
        let next: B::Expr = main.next_slice()[0].into();
        let next_fixed: B::Expr = builder.preprocessed().next_slice()[0].into();
        match self {
            Self::Public => {
                let public = builder.public_values()[NUM_PUBLIC - 1].into();
                builder.send(Said(public), 1);
                builder.receive(Said(y), 1);
            }
            Self::Next => {
                builder.send(Said(next), 1);
                builder.receive(Said(y), 1);
            }
            Self::NextFixed => {
                builder.send(Said(next_fixed), 1);
                builder.receive(Said(y), 1);
            }
            Self::Constraint => builder.assert_eq_named(next, y, "moves on"),
            Self::FixedConstraint => builder.assert_eq_named(next_fixed, y, "moves on"),
            Self::Transition => builder.when_transition().assert_eq_named(next, y, "moves on"),
        }
    }
}

/// Rows in which `y` is what is read, around the end.
struct Filled {
    table: Table,
    key: ProvingKey<Table, Poseidon2Hash>,
    main: RowMajorMatrix<Val>,
    fixed: RowMajorMatrix<Val>,
    public_values: Vec<Val>,
}

impl Filled {
    fn new(table: Table) -> Self {
        let parameters = Parameters::fast_insecure_for_tests();
        // The last row is the one behind the last active.
        let around = |num_active: usize| {
            let fixed = (0..1_usize << LOG_HEIGHT).map(|row| Val::from_usize(7 + row % num_active));
            RowMajorMatrix::new_col(fixed.collect())
        };
        let with_fixed =
            |fixed: RowMajorMatrix<Val>| ProvingKey::new(vec![(table, fixed)], parameters.clone()).unwrap();
        let num_active = with_fixed(around(1))
            .verifying_key()
            .num_active_rows(LOG_HEIGHT)
            .unwrap();
        let public_values: Vec<Val> = (0..NUM_PUBLIC).map(|i| Val::from_usize(1000 + i)).collect();
        let y = |row: usize| match table {
            Table::Public => public_values[NUM_PUBLIC - 1],
            _ => Val::from_usize(7 + (row + 1) % num_active),
        };
        let cells = (0..num_active).flat_map(|row| [Val::from_usize(7 + row), y(row)]);
        Self {
            table,
            key: with_fixed(around(num_active)),
            main: RowMajorMatrix::new(cells.collect(), 2),
            fixed: RowMajorMatrix::new_col(around(num_active).values[..num_active].to_vec()),
            public_values,
        }
    }

    fn check(&self) -> Result<(), Report> {
        check(&[Rows {
            name: "table",
            table: &self.table,
            main: &self.main,
            fixed: &self.fixed,
            public_values: &self.public_values,
        }])
    }

    fn prove_and_verify(&self) -> Result<(), VerifyError> {
        let mut main = self.main.clone();
        main.values.resize(2 << LOG_HEIGHT, Val::ZERO);
        let trace = Trace {
            main,
            public_values: self.public_values.clone(),
        };
        let proof = prove(&self.key, vec![trace]).unwrap();
        verify(self.key.verifying_key(), &[&self.public_values], &proof, 0)
    }

    /// Everything that is sent once more than it is received.
    fn heard(&self, main: &RowMajorMatrix<Val>) -> Vec<Val> {
        let num_active = self.main.values.len() / 2;
        let rows = TableRows {
            table: &self.table,
            shape: &analyze(&self.table, &[]).unwrap(),
            main,
            fixed: &self.fixed,
            public_values: &self.public_values,
            num_active,
        };
        let heard = count_messages(
            &rows,
            &[SAID],
            Vec::new,
            |heard: &mut Vec<_>, _, fields, multiplicity| {
                if multiplicity == Val::ONE {
                    heard.push(fields[0]);
                }
            },
            |one, other| [one, other].concat(),
        );
        assert!(heard.is_empty() || heard.len() == num_active);
        heard
    }
}

#[test]
fn checker_and_prover_agree_on_the_row_behind_the_last() {
    for table in Table::ALL {
        let rows = Filled::new(table);
        let (checked, verified) = (rows.check(), rows.prove_and_verify());
        assert_eq!(checked.is_err(), table.reads_behind(), "{table:?}");
        // Fixed columns are given whole to a prover, who knows what stands there.
        let is_random = matches!(table, Table::Next | Table::Constraint);
        assert_eq!(verified.is_err(), is_random, "{table:?}: {verified:?}");
    }
}

#[test]
fn what_depends_on_the_row_behind_the_last_is_named() {
    let last = Filled::new(Table::Next).main.values.len() / 2 - 1;
    for table in [Table::Constraint, Table::FixedConstraint] {
        let found = Filled::new(table).check().unwrap_err().violations;
        assert!(
            matches!(&found[..], [Violation::Constraint { row, .. }] if *row == last),
            "{found:?}"
        );
    }
    for table in [Table::Next, Table::NextFixed] {
        let found = Filled::new(table).check().unwrap_err().violations;
        // What stands there is sent, and what the first row holds is received in vain.
        assert_eq!(found.len(), 2, "{found:?}");
        for violation in found {
            assert!(
                matches!(&violation, Violation::Bus { senders, .. } if senders.iter().all(|s| s.row == last)),
                "{violation}"
            );
        }
    }
}

#[test]
fn public_values_in_messages_are_those_of_the_table() {
    let rows = Filled::new(Table::Public);
    let last = rows.public_values[NUM_PUBLIC - 1];
    let heard = rows.heard(&rows.main);
    assert!(heard.iter().all(|value| *value == last), "{heard:?}");
    let mut other = Filled::new(Table::Public);
    other.public_values[NUM_PUBLIC - 1] += Val::ONE;
    assert!(other.check().is_err());
    assert_eq!(other.prove_and_verify(), Err(VerifyError::Buses));
}

#[test]
fn counting_sees_zeros_behind_the_last_active_row() {
    let rows = Filled::new(Table::Next);
    let mut padded = rows.main.clone();
    padded.values.resize(2 << LOG_HEIGHT, Val::from_u32(5));
    for main in [&rows.main, &padded] {
        let heard = rows.heard(main);
        let mut expected: Vec<_> = (1..heard.len()).map(|row| Val::from_usize(7 + row)).collect();
        expected.push(Val::ZERO);
        assert_eq!(heard, expected);
    }
    let rows = Filled::new(Table::NextFixed);
    assert_eq!(rows.heard(&rows.main).last(), Some(&Val::ZERO));
}
