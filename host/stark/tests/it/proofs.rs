use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use serde_json::Value;
use zisk_stark::{
    Blake3Hash, Count, Grinding, Hash, Interactions, Parameters, ParametersError, Poseidon2Hash, Proof,
    ProveError, ProvingKey, SetupError, TableBuilder, Trace, Val, VerifyError, prove, verify,
};

use crate::tables::{ByteMessage, Honest, Small};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;

/// A key for both tables.
fn key<H: Hash>() -> ProvingKey<Small, H> {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed.clone()), (Small::Bytes, fixed)];
    ProvingKey::new(tables, Parameters::fast_insecure_for_tests()).expect("the tables are well formed")
}

/// Rows of both tables, and the public value.
struct Rows {
    traces: Vec<Trace>,
    last: Val,
}

fn honest<H: Hash>(key: &ProvingKey<Small, H>) -> Rows {
    let num_active = key
        .verifying_key()
        .num_active_rows(LOG_HEIGHT)
        .expect("the height is allowed");
    let rows = Honest::modular(num_active);
    let pad = |mut columns: RowMajorMatrix<Val>, log_height: usize| {
        columns.values.resize(columns.width << log_height, Val::ZERO);
        columns
    };
    Rows {
        traces: vec![
            Trace {
                main: pad(rows.fibonacci, LOG_HEIGHT),
                public_values: vec![rows.last],
            },
            Trace {
                main: pad(rows.bytes, LOG_BYTES),
                public_values: vec![],
            },
        ],
        last: rows.last,
    }
}

fn check<H: Hash>(key: &ProvingKey<Small, H>, last: Val, proof: &Proof<H>) -> Result<(), VerifyError> {
    verify(key.verifying_key(), &[&[last], &[]], proof, 0)
}

fn round_trip<H: Hash>() {
    let key = key::<H>();
    let rows = honest(&key);
    let proof = prove(&key, rows.traces).unwrap();
    assert_eq!(check(&key, rows.last, &proof), Ok(()));
    let bytes = postcard::to_allocvec(&proof).unwrap();
    let again: Proof<H> = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(check(&key, rows.last, &again), Ok(()));
    assert_eq!(postcard::to_allocvec(&again).unwrap(), bytes);
}

/// Checks that proofs have an expected size: nothing but the number of digests in paths depends on the positions that are
/// queried. A few queries may well meet, and shorten one proof by a third, so it is their mean that is near.
pub(crate) fn assert_size<H: Hash>(expected: u64, make: impl Fn() -> Proof<H>) {
    const PROOFS: i64 = 32;
    let mut differences = 0;
    for _ in 0..PROOFS {
        let found = postcard::to_allocvec(&make()).unwrap().len() as i64;
        let difference = expected as i64 - found;
        assert_eq!(difference % H::DIGEST_BYTES as i64, 0, "{expected} {found}");
        differences += difference;
    }
    let mean = differences / PROOFS;
    assert!(10 * mean.unsigned_abs() < expected, "{expected} is off by {mean}");
}

fn size_is_known<H: Hash>() {
    let key = key::<H>();
    let expected = key.proof_size(&[LOG_HEIGHT as u8, LOG_BYTES as u8]);
    assert_size(expected, || prove(&key, honest(&key).traces).unwrap());
}

#[test]
fn the_size_of_a_proof_is_known_before() {
    size_is_known::<Poseidon2Hash>();
    size_is_known::<Blake3Hash>();
}

#[test]
fn honest_rows_are_proven_with_either_hash() {
    round_trip::<Poseidon2Hash>();
    round_trip::<Blake3Hash>();
}

#[test]
fn two_proofs_of_the_same_rows_share_no_opened_value_leaf_or_root() {
    // Fixed columns are public, and two proofs may open the same row of them: this key has none. What its
    // table sends is received by nobody, which only a verifier would mind.
    let tables = vec![(Small::Fibonacci, Honest::new(1).no_fixed)];
    // Witnesses of a few bits of work are small numbers, which two proofs may well share.
    let no_work = Parameters {
        grinding: Grinding {
            bus: 0,
            shared_bus: 0,
            out_of_domain: 0,
            batch: 0,
            fold: 0,
            query: 0,
        },
        ..Parameters::fast_insecure_for_tests()
    };
    let key: ProvingKey<_, Poseidon2Hash> = ProvingKey::new(tables, no_work).unwrap();
    let trace = || {
        let both = self::key::<Poseidon2Hash>();
        vec![honest(&both).traces.swap_remove(0)]
    };
    let [first, second] = [0, 1].map(|_| postcard::to_allocvec(&prove(&key, trace()).unwrap()).unwrap());
    // Lengths of lists, and the witnesses of no work, are mostly zeros; digests and elements are not.
    let is_random = |run: &[u8; 16]| run.iter().map(|byte| usize::from(*byte == 0)).sum::<usize>() < 8;
    let runs = |bytes: &[u8]| -> std::collections::HashSet<[u8; 16]> {
        let runs = bytes.windows(16).map(|run| run.try_into().unwrap());
        runs.filter(is_random).collect()
    };
    let (one, other) = (runs(&first), runs(&second));
    assert!(one.len() > first.len() / 2, "elements fill most of a proof");
    let common: Vec<_> = one.intersection(&other).collect();
    assert!(common.is_empty(), "{common:02x?}");
}

/// What is changed, how, and what the verifier must say.
type Forgery = (&'static str, fn(&mut Rows), VerifyError);

/// Rows that break something are proven all the same, and their proof does not verify: no assertion of the
/// prover is what soundness rests on.
#[test]
fn without_hiding_a_proof_verifies_and_is_always_the_same() {
    let key = key::<Poseidon2Hash>().without_hiding();
    let rows = honest(&key);
    let proofs = [(); 2].map(|()| prove(&key, rows.traces.clone()).unwrap());
    assert_eq!(check(&key, rows.last, &proofs[0]), Ok(()));
    let [one, other] = proofs.map(|proof| postcard::to_allocvec(&proof).unwrap());
    assert!(one == other);
}

#[test]
fn the_proof_of_wrong_rows_does_not_verify() {
    let key = key::<Poseidon2Hash>();
    let forgeries: [Forgery; 5] = [
        (
            "a cell of the first table",
            |rows| rows.traces[0].main.values[7 * 5 + 3] += Val::ONE,
            VerifyError::Constraints { table: 0 },
        ),
        (
            "the last active row",
            |rows| {
                let (values, last) = (&mut rows.traces[0].main.values, rows.last);
                let cell = values.iter().rposition(|cell| *cell == last).unwrap();
                values[cell] += Val::ONE;
            },
            VerifyError::Constraints { table: 0 },
        ),
        (
            "a multiplicity",
            |rows| rows.traces[1].main.values[1] += Val::ONE,
            VerifyError::Buses,
        ),
        (
            "a message that is no byte",
            |rows| {
                let row = 6 * 5;
                rows.traces[0].main.values[row + 2] += Val::from_u32(256);
                rows.traces[0].main.values[row + 3] -= Val::ONE;
            },
            VerifyError::Buses,
        ),
        (
            "a message of a row that should not count",
            |rows| rows.traces[0].main.values[2 * 5 + 4] = Val::ONE,
            VerifyError::Buses,
        ),
    ];
    for (what, forge, error) in forgeries {
        let mut rows = honest(&key);
        forge(&mut rows);
        let proof = prove(&key, rows.traces).unwrap();
        assert_eq!(check(&key, rows.last, &proof), Err(error), "{what}");
    }
}

#[test]
fn another_statement_is_refused() {
    let key = key::<Poseidon2Hash>();
    let rows = honest(&key);
    let proof = prove(&key, rows.traces).unwrap();
    assert!(check(&key, rows.last + Val::ONE, &proof).is_err());
    let verifying = key.verifying_key();
    let shape = |error| matches!(error, VerifyError::Shape { .. });
    assert!(shape(verify(verifying, &[&[rows.last]], &proof, 0).unwrap_err()));
    assert!(shape(
        verify(verifying, &[&[rows.last], &[], &[]], &proof, 0).unwrap_err()
    ));
    assert!(shape(
        verify(verifying, &[&[], &[rows.last]], &proof, 0).unwrap_err()
    ));
    assert!(shape(
        verify(verifying, &[&[rows.last, Val::ZERO], &[]], &proof, 0).unwrap_err()
    ));
}

/// Every byte of a proof changed in turn: an error, never a panic, never accepted.
#[test]
fn a_proof_with_any_byte_changed_is_refused() {
    let key = key::<Poseidon2Hash>();
    let rows = honest(&key);
    let bytes = postcard::to_allocvec(&prove(&key, rows.traces).unwrap()).unwrap();
    let mut num_decoded = 0;
    for position in (0..bytes.len()).step_by(7).chain(0..200) {
        for change in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            let Ok(proof) = postcard::from_bytes::<Proof<Poseidon2Hash>>(&changed) else {
                continue;
            };
            num_decoded += 1;
            assert!(
                check(&key, rows.last, &proof).is_err(),
                "byte {position} ^ {change:#x} of {}",
                bytes.len()
            );
        }
    }
    assert!(
        num_decoded > 100,
        "only {num_decoded} changed proofs could be decoded"
    );
}

#[test]
fn a_truncated_proof_is_refused() {
    let key = key::<Poseidon2Hash>();
    let bytes = postcard::to_allocvec(&prove(&key, honest(&key).traces).unwrap()).unwrap();
    for len in (0..bytes.len()).step_by(97) {
        assert!(
            postcard::from_bytes::<Proof<Poseidon2Hash>>(&bytes[..len]).is_err(),
            "{len} bytes"
        );
    }
}

#[test]
fn a_proof_of_another_key_is_refused() {
    let key = key::<Poseidon2Hash>();
    let rows = honest(&key);
    let proof = prove(&key, rows.traces).unwrap();
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    fixed.values[255] = Val::ZERO;
    let tables = || {
        vec![
            (Small::Fibonacci, honest.no_fixed.clone()),
            (Small::Bytes, fixed.clone()),
        ]
    };
    let parameters = Parameters::fast_insecure_for_tests();
    let other_columns: ProvingKey<_, Poseidon2Hash> = ProvingKey::new(tables(), parameters.clone()).unwrap();
    assert!(check(&other_columns, rows.last, &proof).is_err());
    let mut other = parameters;
    other.grinding.query += 1;
    let other_parameters: ProvingKey<_, Poseidon2Hash> = ProvingKey::new(tables(), other).unwrap();
    assert!(check(&other_parameters, rows.last, &proof).is_err());
}

#[test]
fn traces_of_another_shape_are_errors() {
    let key = key::<Poseidon2Hash>();
    let forgeries: [fn(&mut Vec<Trace>); 5] = [
        |traces| traces.truncate(1),
        |traces| traces[0].main = RowMajorMatrix::new(vec![Val::ZERO; 64 * 4], 4),
        |traces| traces[0].main.values.truncate(5 * 63),
        |traces| traces[1].main.values.resize(1 << (LOG_BYTES + 1), Val::ZERO),
        |traces| traces[0].public_values.clear(),
    ];
    for (index, forge) in forgeries.into_iter().enumerate() {
        let mut traces = honest(&key).traces;
        forge(&mut traces);
        let error = prove(&key, traces).unwrap_err();
        let expected = matches!(
            error,
            ProveError::TraceCount { .. } | ProveError::TraceShape { .. }
        );
        assert!(expected, "forgery {index}: {error}");
    }
}

#[test]
fn keys_are_checked() {
    let no_fixed = || RowMajorMatrix::new(Vec::new(), 0);
    let parameters = Parameters::fast_insecure_for_tests;
    let error = |tables| ProvingKey::<Small, Poseidon2Hash>::new(tables, parameters()).err();
    assert_eq!(error(vec![]), Some(SetupError::NoTables));
    for fixed in [
        no_fixed(),
        RowMajorMatrix::new_col(vec![Val::ZERO; 16]),
        RowMajorMatrix::new_col(vec![Val::ZERO; 100]),
    ] {
        let found = error(vec![(Small::Bytes, fixed)]);
        assert!(
            matches!(
                found,
                Some(SetupError::FixedColumns {
                    table: 0,
                    width: 1,
                    ..
                })
            ),
            "{found:?}"
        );
    }
}

#[test]
fn a_verifier_refuses_less_security_than_it_demands() {
    let key = key::<Poseidon2Hash>();
    let rows = honest(&key);
    let proof = prove(&key, rows.traces).unwrap();
    let demand = |bits| verify(key.verifying_key(), &[&[rows.last], &[]], &proof, bits);
    assert_eq!(demand(1), Ok(()));
    for bits in [64, 128] {
        let error = demand(bits).unwrap_err();
        assert!(
            matches!(error, VerifyError::Security(ParametersError::TooWeak { .. })),
            "{error}"
        );
    }
}

/// The real parameters: 128 bits are demanded and given.
#[test]
fn standard_parameters_give_128_bits() {
    const LOG_HEIGHT: usize = 10;
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_HEIGHT, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed.clone()), (Small::Bytes, fixed)];
    let key: ProvingKey<_, Poseidon2Hash> = ProvingKey::new(tables, Parameters::standard()).unwrap();
    let rows = Honest::modular(key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap());
    let pad = |mut columns: RowMajorMatrix<Val>| {
        columns.values.resize(columns.width << LOG_HEIGHT, Val::ZERO);
        columns
    };
    let traces = vec![
        Trace {
            main: pad(rows.fibonacci),
            public_values: vec![rows.last],
        },
        Trace {
            main: pad(rows.bytes),
            public_values: vec![],
        },
    ];
    let proof = prove(&key, traces).unwrap();
    let verify = |bits| verify(key.verifying_key(), &[&[rows.last], &[]], &proof, bits);
    assert_eq!(verify(128), Ok(()));
    assert!(matches!(verify(140), Err(VerifyError::Security(_))));
}

/// A table whose rows may send a message 2^25 times each.
struct Loud;

impl BaseAir<Val> for Loud {
    fn width(&self) -> usize {
        1
    }
}

impl<B: TableBuilder> Air<B> for Loud {
    fn eval(&self, builder: &mut B) {
        let value: B::Expr = builder.main().current_slice()[0].into();
        let message = |value| ByteMessage { value };
        builder.send(message(value.clone()), Count::bounded(value.clone(), 1 << 25));
        builder.receive(message(value.clone()), Count::bounded(value, 1 << 25));
    }
}

#[test]
fn multiplicities_that_could_wrap_around_are_refused() {
    let tables = vec![(Loud, RowMajorMatrix::new(Vec::new(), 0))];
    let key: ProvingKey<_, Poseidon2Hash> =
        ProvingKey::new(tables, Parameters::fast_insecure_for_tests()).unwrap();
    let prove = |log_height: usize| {
        let main = RowMajorMatrix::new_col(vec![Val::ONE; 1 << log_height]);
        prove(
            &key,
            vec![Trace {
                main,
                public_values: Vec::new(),
            }],
        )
    };
    // The characteristic is below 2^31.
    let error = prove(6).unwrap_err();
    let total = 1 << (1 + 25 + 6);
    assert!(
        matches!(error, ProveError::Refused(VerifyError::Multiplicities { total: t }) if t == total),
        "{error}"
    );
}

/// The places of all lists in a value, as JSON pointers.
fn lists(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            found.push(at.to_owned());
            for (index, item) in items.iter().enumerate() {
                lists(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                lists(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Every list that the prover fills, made longer, shorter and empty; of the opening proof's many a sample.
#[test]
fn a_proof_with_any_list_of_another_length_is_refused() {
    let key = key::<Poseidon2Hash>();
    let rows = honest(&key);
    let proof = serde_json::to_value(prove(&key, rows.traces).unwrap()).unwrap();
    let mut places = Vec::new();
    lists(&proof, "", &mut places);
    let element = proof["sums"][0].clone();
    let (inner, outer): (Vec<_>, Vec<_>) = places
        .into_iter()
        .partition(|place| place.starts_with("/opening/"));
    let mut num_decoded = 0;
    for place in outer.iter().chain(inner.iter().step_by(23)) {
        let changes: [fn(&mut Vec<Value>, &Value); 3] = [
            |list, element| list.push(list.last().unwrap_or(element).clone()),
            |list, _| drop(list.pop()),
            |list, _| list.clear(),
        ];
        for change in changes {
            let mut changed = proof.clone();
            let list = changed.pointer_mut(place).and_then(Value::as_array_mut).unwrap();
            let before = list.len();
            change(list, &element);
            if list.len() == before {
                continue;
            }
            let after = list.len();
            let Ok(changed) = serde_json::from_value::<Proof<Poseidon2Hash>>(changed) else {
                continue;
            };
            num_decoded += 1;
            assert!(
                check(&key, rows.last, &changed).is_err(),
                "{place}: {before} entries became {after}"
            );
        }
    }
    assert!(
        num_decoded > 50,
        "only {num_decoded} changed proofs could be decoded"
    );
}
