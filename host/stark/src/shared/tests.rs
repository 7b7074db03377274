use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;

use super::*;
use crate::bus::{Bus, Message};
use crate::hash::Poseidon2Hash;
use crate::parameters::{Grinding, Parameters};
use crate::proof::Proof;
use crate::tables::{ByteMessage, Honest, Small};
use crate::{ProvingKey, Trace, commit_early, prove};

type Statement = SharedStatement<Poseidon2Hash>;

fn key() -> ProvingKey<Small, Poseidon2Hash> {
    key_with(&[<ByteMessage<Val> as Message<Val>>::BUS])
}

fn key_with(shared: &[Bus]) -> ProvingKey<Small, Poseidon2Hash> {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << 9, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed), (Small::Bytes, fixed)];
    // Challenges depend on the witness of the work, of which there may be several.
    let parameters = Parameters {
        grinding: Grinding::default(),
        ..Parameters::fast_insecure_for_tests()
    };
    ProvingKey::with_shared_buses(tables, shared, parameters).unwrap()
}

/// Zeros.
fn traces() -> Vec<Trace> {
    let trace = |width: usize, log_height: usize, num_public| Trace {
        main: RowMajorMatrix::new(vec![Val::ZERO; width << log_height], width),
        public_values: vec![Val::ZERO; num_public],
    };
    vec![trace(5, 6, 1), trace(1, 9, 0)]
}

/// What a proof of zeros states.
fn statement(key: &ProvingKey<Small, Poseidon2Hash>) -> Statement {
    commit_early(key, &traces(), None, &mut ()).unwrap().statement()
}

type Change = fn(&mut Statement);

/// A change of each field.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("a height", |statement| statement.log_heights[0] += 1),
        ("another height", |statement| statement.log_heights[1] += 1),
        ("a height less", |statement| statement.log_heights.truncate(1)),
        ("a public value", |statement| {
            statement.public_values[0][0] += Val::ONE;
        }),
        ("a public value more", |statement| {
            statement.public_values[1].push(Val::ZERO);
        }),
        ("public values otherwise grouped", |statement| {
            statement.public_values.swap(0, 1);
        }),
        ("the root", |statement| {
            let root = statement.early.as_mut().unwrap();
            let mut digest = root.roots()[0];
            digest[4] += Val::ONE;
            *root = Commitment::<Poseidon2Hash>::new(vec![digest]);
        }),
        ("no root", |statement| statement.early = None),
    ]
}

#[test]
fn everything_that_any_proof_states_changes_the_challenges() {
    let key = key();
    // A field that is added and not changed above does not compile.
    let SharedStatement {
        log_heights: _,
        public_values: _,
        early: _,
    } = statement(&key);
    let honest = [statement(&key), statement(&key)];
    let challenges =
        |context, statements: &[Statement]| shared_challenges(key.verifying_key(), context, statements).0;
    assert_eq!(challenges(b"", &honest), challenges(b"", &honest.clone()));
    let mut all = vec![
        challenges(b"", &honest),
        challenges(b"context", &honest),
        challenges(b"", &honest[..1]),
        challenges(b"", &honest[1..]),
        challenges(b"", &[]),
        challenges(b"", &[honest[1].clone(), honest[0].clone()]),
        challenges(b"", &[honest[0].clone(), honest[1].clone(), honest[1].clone()]),
    ];
    let mut names = vec!["nothing"; all.len()];
    for (name, change) in changes() {
        for index in [0, 1] {
            let mut changed = honest.clone();
            change(&mut changed[index]);
            all.push(challenges(b"", &changed));
            names.push(name);
        }
    }
    for (index, one) in all.iter().enumerate() {
        assert!(
            !all[index + 1..].contains(one),
            "number {index}: {}",
            names[index]
        );
    }
}

/// A verifier takes heights from the proofs: those of tables with shared messages, and of no others.
#[test]
fn heights_of_tables_with_shared_messages_change_the_challenges() {
    for is_shared in [true, false] {
        let key = if is_shared { key() } else { key_with(&[]) };
        let proof = prove(&key, traces()).unwrap();
        let challenges = |proof: &Proof<Poseidon2Hash>| {
            let shared = SharedProof {
                proof,
                public_values: &[&[Val::ZERO], &[]],
            };
            let statement = SharedStatement::of_proof(key.verifying_key(), &shared);
            shared_challenges(key.verifying_key(), b"", &[statement]).0
        };
        for table in [0, 1] {
            let mut changed = proof.clone();
            changed.log_heights[table] += 1;
            assert_eq!(
                challenges(&changed) != challenges(&proof),
                is_shared,
                "table {table}"
            );
        }
    }
}
