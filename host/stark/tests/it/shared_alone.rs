//! Checking one of several proofs before all of them are there.

use p3_field::PrimeCharacteristicRing;
use serde_json::Value;
use zisk_stark::{BusChallenges, Poseidon2Hash, Proof, SharedProof, Val, VerifyError, check_shared, prove};

use crate::chain::{Key, NOTE, PUBLIC, Proven, Statement, chain, key, prove_all, traces, verify_all};

/// One of the proofs, with what it is checked against.
#[derive(Clone)]
struct One {
    proof: Proof<Poseidon2Hash>,
    note: Val,
    statement: Statement,
    challenges: BusChallenges,
}

impl One {
    fn of(proven: &Proven, index: usize) -> Self {
        Self {
            proof: proven.proofs[index].clone(),
            note: NOTE,
            statement: proven.statements[index].clone(),
            challenges: proven.challenges,
        }
    }

    fn check(&self, key: &Key) -> Result<(), VerifyError> {
        let shared = SharedProof {
            proof: &self.proof,
            public_values: &[&[], &[], &[self.note]],
        };
        check_shared(key.verifying_key(), &shared, &self.statement, &self.challenges, 0)
    }
}

/// Changes a number in what something is written as.
fn change<V: serde::Serialize + serde::de::DeserializeOwned>(value: &mut V, place: &str) {
    let mut written = serde_json::to_value(&*value).unwrap();
    let number = written.pointer_mut(place).expect(place);
    *number = Value::from(number.as_u64().expect(place) + 1);
    *value = serde_json::from_value(written).unwrap();
}

#[test]
fn each_of_several_proofs_is_good_on_its_own() {
    let key = key();
    let proven = prove_all(&key, &chain());
    for index in 0..3 {
        assert_eq!(One::of(&proven, index).check(&key), Ok(()));
    }
}

#[test]
fn statements_challenges_and_proofs_survive_files() {
    let key = key();
    let proven = prove_all(&key, &chain());
    let one = One::of(&proven, 1);
    let written = postcard::to_allocvec(&(&one.proof, &one.statement, &one.challenges)).unwrap();
    let (proof, statement, challenges) = postcard::from_bytes(&written).unwrap();
    assert!(statement == one.statement && challenges == one.challenges);
    let read = One {
        proof,
        statement,
        challenges,
        ..one
    };
    assert_eq!(read.check(&key), Ok(()));
}

type Change = fn(&mut One);

#[test]
fn a_proof_that_states_something_else_is_refused() {
    let key = key();
    let proven = prove_all(&key, &chain());
    let changes: [(&str, Change); 6] = [
        ("the heights", |one| change(&mut one.statement, "/log_heights/0")),
        ("the heights", |one| change(&mut one.proof, "/log_heights/0")),
        ("the public values", |one| one.note += Val::ONE),
        ("the public values", |one| {
            change(&mut one.statement, "/public_values/2/0");
        }),
        ("the early columns", |one| change_root(&mut one.statement)),
        ("the early columns", |one| change_root(&mut one.proof)),
    ];
    for (what, change) in changes {
        let mut one = One::of(&proven, 1);
        change(&mut one);
        assert_eq!(one.check(&key), Err(VerifyError::Statement(what)));
    }
    let swapped = One {
        proof: proven.proofs[2].clone(),
        ..One::of(&proven, 1)
    };
    assert_eq!(
        swapped.check(&key),
        Err(VerifyError::Statement("the early columns"))
    );
}

fn change_root<V: serde::Serialize + serde::de::DeserializeOwned>(value: &mut V) {
    change(value, "/early/cap/0/3");
}

/// The statement cannot be changed along.
#[test]
fn a_proof_of_another_statement_is_refused() {
    let key = key();
    let proven = prove_all(&key, &chain());
    let changes: [(&str, Change); 5] = [
        ("a height", |one| {
            change(&mut one.statement, "/log_heights/0");
            change(&mut one.proof, "/log_heights/0");
        }),
        ("the height of another table", |one| {
            change(&mut one.proof, "/log_heights/2");
        }),
        ("a public value", |one| {
            change(&mut one.statement, "/public_values/2/0");
            change(&mut one.note, "");
        }),
        ("the root", |one| {
            change_root(&mut one.statement);
            change_root(&mut one.proof);
        }),
        ("a challenge", |one| change(&mut one.challenges, "/gamma/value/0")),
    ];
    for (what, change) in changes {
        let mut one = One::of(&proven, 1);
        change(&mut one);
        let error = one.check(&key).expect_err(what);
        assert!(!matches!(error, VerifyError::Statement(_)), "{what}: {error}");
    }
}

#[test]
fn a_proof_that_was_made_for_other_challenges_or_for_none_is_refused() {
    let key = key();
    let [proven, foreign] = [(); 2].map(|()| prove_all(&key, &chain()));
    let mut one = One::of(&proven, 1);
    one.challenges = foreign.challenges;
    assert!(one.check(&key).is_err());
    one.challenges = proven.challenges;
    one.proof = prove(&key, traces(&chain()[1])).unwrap();
    // Whatever it states is taken for what it should.
    let mut written = serde_json::to_value(&one.statement).unwrap();
    written["early"] = serde_json::to_value(&one.proof).unwrap()["early"].clone();
    one.statement = serde_json::from_value(written).unwrap();
    let error = one.check(&key).unwrap_err();
    assert!(!matches!(error, VerifyError::Statement(_)), "{error}");
}

#[test]
fn a_proof_with_a_byte_changed_is_refused() {
    let key = key();
    let one = One::of(&prove_all(&key, &chain()), 1);
    let bytes = postcard::to_allocvec(&one.proof).unwrap();
    let mut num_decoded = 0;
    for position in (0..bytes.len()).step_by(bytes.len() / 200) {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        if let Ok(proof) = postcard::from_bytes(&changed) {
            num_decoded += 1;
            let changed = One { proof, ..one.clone() };
            assert!(changed.check(&key).is_err(), "byte {position} of {}", bytes.len());
        }
    }
    assert!(
        num_decoded > 100,
        "only {num_decoded} changed proofs could be decoded"
    );
}

/// What no proof can say alone.
#[test]
fn whether_shared_messages_balance_is_not_looked_at() {
    let key = key();
    let mut links = chain();
    links[1][0].value_in += 1;
    let proven = prove_all(&key, &links);
    for index in 0..3 {
        assert_eq!(One::of(&proven, index).check(&key), Ok(()));
    }
    assert_eq!(verify_all(&key, &proven), Err(VerifyError::Buses));
}

#[test]
fn the_security_that_is_demanded_is_checked() {
    let key = key();
    let one = One::of(&prove_all(&key, &chain()), 0);
    let shared = SharedProof {
        proof: &one.proof,
        public_values: PUBLIC,
    };
    let result = check_shared(key.verifying_key(), &shared, &one.statement, &one.challenges, 100);
    assert!(matches!(result, Err(VerifyError::Security(_))), "{result:?}");
}
