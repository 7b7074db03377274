//! Tables that a proof does without.

use p3_air::{Air, BaseAir, NamedAirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use serde_json::Value;
use zisk_stark::analysis::analyze;
use zisk_stark::{
    Count, Interactions, Parameters, Poseidon2Hash, Proof, ProveError, ProvingKey, TableBuilder, Trace, Val,
    VerifyError, prove, verify,
};

use crate::proofs::assert_size;
use crate::tables::ByteMessage;

const LOG_BYTES: usize = 9;
const LOG_ROWS: usize = 6;

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Fixed column `byte`, main column `multiplicity`.
    Bytes,
    /// Columns `x`, `is_real`: looks `x` up.
    Looks,
    /// The same, and the first row is real.
    Begins,
    /// The same, and a row without anything looks 1 up.
    Speaks,
    /// As `Looks`, with a public value.
    States,
}

impl BaseAir<Val> for Part {
    fn width(&self) -> usize {
        if *self == Self::Bytes { 1 } else { 2 }
    }

    fn preprocessed_width(&self) -> usize {
        usize::from(*self == Self::Bytes)
    }

    fn num_public_values(&self) -> usize {
        usize::from(*self == Self::States)
    }
}

impl<B: TableBuilder> Air<B> for Part {
    fn eval(&self, builder: &mut B) {
        let main = builder.main();
        if *self == Self::Bytes {
            let byte = builder.preprocessed().current_slice()[0];
            builder.provide(ByteMessage { value: byte.into() }, main.current_slice()[0]);
            return;
        }
        let [x, is_real] = [0, 1].map(|column| main.current_slice()[column]);
        builder.assert_bool_named(is_real, "is_real is a bit");
        if *self == Self::Begins {
            builder
                .when_first_row()
                .assert_one_named(is_real, "the first row is real");
        }
        if *self == Self::Speaks {
            let message = ByteMessage { value: x + Val::ONE };
            builder.send(message, Count::bounded(B::Expr::ONE - is_real, 1));
        }
        builder.send(ByteMessage { value: x.into() }, Count::bounded(is_real.into(), 1));
    }
}

type Key = ProvingKey<Part, Poseidon2Hash>;

fn key(tables: &[Part]) -> Key {
    let fixed = |table: &Part| {
        let mut values = Vec::new();
        if *table == Part::Bytes {
            values = (0..256).map(Val::from_u32).collect();
            values.resize(1 << LOG_BYTES, Val::ZERO);
        }
        (
            *table,
            RowMajorMatrix::new(values, usize::from(*table == Part::Bytes)),
        )
    };
    let tables = tables.iter().map(fixed).collect();
    ProvingKey::new(tables, Parameters::fast_insecure_for_tests()).unwrap()
}

/// Rows of which the first look a number up.
fn looking(numbers: &[u32]) -> Trace {
    let mut values: Vec<Val> = numbers.iter().flat_map(|x| [*x, 1]).map(Val::from_u32).collect();
    values.resize(2 << LOG_ROWS, Val::ZERO);
    Trace {
        main: RowMajorMatrix::new(values, 2),
        public_values: vec![],
    }
}

/// No rows.
fn absent() -> Trace {
    Trace {
        main: RowMajorMatrix::new(vec![], 2),
        public_values: vec![],
    }
}

/// All bytes, of which these are looked up.
fn bytes(numbers: &[u32]) -> Trace {
    let mut main = RowMajorMatrix::new_col(Val::zero_vec(1 << LOG_BYTES));
    for number in numbers {
        main.values[*number as usize] += Val::ONE;
    }
    Trace {
        main,
        public_values: vec![],
    }
}

/// Bytes, and two tables that look them up, of which the first may be absent.
const TABLES: [Part; 3] = [Part::Bytes, Part::Looks, Part::Begins];

fn check(key: &Key, proof: &Proof<Poseidon2Hash>) -> Result<(), VerifyError> {
    let nothing: &[Val] = &[];
    let tables = key.verifying_key().fixed_root().map_or(1, |_| TABLES.len());
    verify(key.verifying_key(), &vec![nothing; tables], proof, 0)
}

fn heights_of(proof: &Proof<Poseidon2Hash>) -> Vec<u8> {
    let value = serde_json::to_value(proof).unwrap();
    serde_json::from_value(value["log_heights"].clone()).unwrap()
}

fn with_height(proof: &Proof<Poseidon2Hash>, table: usize, log_height: usize) -> Proof<Poseidon2Hash> {
    let mut value = serde_json::to_value(proof).unwrap();
    value["log_heights"][table] = Value::from(log_height);
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_table_that_zeros_satisfy_may_be_absent() {
    let may = |table: Part, shared: &[_]| analyze(&table, shared).unwrap().may_be_absent;
    assert!(may(Part::Looks, &[]));
    for table in [Part::Bytes, Part::Begins, Part::Speaks, Part::States] {
        assert!(!may(table, &[]), "{table:?}");
    }
    let bus = <ByteMessage<Val> as zisk_stark::Message<Val>>::BUS;
    assert!(!may(Part::Looks, &[bus]));
}

#[test]
fn a_proof_does_without_a_table_that_says_nothing() {
    let key = key(&TABLES);
    let with = || prove(&key, vec![bytes(&[3, 7, 7]), looking(&[7]), looking(&[3, 7])]).unwrap();
    let without = || prove(&key, vec![bytes(&[3, 7]), absent(), looking(&[3, 7])]).unwrap();
    assert_eq!(check(&key, &with()), Ok(()));
    assert_eq!(check(&key, &without()), Ok(()));
    let (bytes, looks) = (LOG_BYTES as u8, heights_of(&with())[1]);
    let [size_with, size_without] = [looks, 0].map(|height| key.proof_size(&[bytes, height, looks]));
    assert!(size_without < size_with);
    assert_size(size_with, with);
    assert_size(size_without, without);
}

#[test]
fn an_absent_table_sends_nothing() {
    let key = key(&TABLES);
    let proof = prove(&key, vec![bytes(&[3, 7, 7]), absent(), looking(&[3, 7])]).unwrap();
    assert_eq!(check(&key, &proof), Err(VerifyError::Buses));
}

#[test]
fn tables_that_say_something_are_not_absent() {
    let key = key(&TABLES);
    let refused = |traces: Vec<Trace>, place: usize| {
        let error = prove(&key, traces).unwrap_err();
        assert!(
            matches!(error, ProveError::TraceShape { table, what: "rows", found: 0, .. } if table == place),
            "{error:?}"
        );
    };
    refused(vec![bytes(&[]), absent(), absent()], 2);
    let no_bytes = Trace {
        main: RowMajorMatrix::new(vec![], 1),
        public_values: vec![],
    };
    refused(vec![no_bytes, absent(), looking(&[3])], 0);
    let proof = prove(&key, vec![bytes(&[3]), absent(), looking(&[3])]).unwrap();
    for table in [0, 2] {
        assert_eq!(
            check(&key, &with_height(&proof, table, 0)),
            Err(VerifyError::Height { table, log_height: 0 })
        );
    }
}

#[test]
fn rows_cannot_be_left_out_or_made_up_afterwards() {
    let key = key(&TABLES);
    let with = prove(&key, vec![bytes(&[3, 7]), looking(&[7]), looking(&[3])]).unwrap();
    assert!(check(&key, &with_height(&with, 1, 0)).is_err());
    let without = prove(&key, vec![bytes(&[3]), absent(), looking(&[3])]).unwrap();
    assert!(check(&key, &with_height(&without, 1, LOG_ROWS)).is_err());
    // A table of one row is none that is absent.
    let mut one = absent();
    one.main.values.resize(2, Val::ZERO);
    assert!(prove(&key, vec![bytes(&[3]), one, looking(&[3])]).is_err());
}

#[test]
fn one_table_at_least_is_there() {
    let key = key(&[Part::Looks]);
    assert!(matches!(
        prove(&key, vec![absent()]),
        Err(ProveError::TraceCount {
            expected: 1,
            found: 0
        })
    ));
    let proof = prove(&key, vec![looking(&[])]).unwrap();
    assert_eq!(check(&key, &proof), Ok(()));
    assert_eq!(check(&key, &with_height(&proof, 0, 0)), Err(VerifyError::NoRows));
}
