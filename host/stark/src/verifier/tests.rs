use alloc::vec;
use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};
use p3_matrix::dense::RowMajorMatrix;

use super::*;
use crate::bus::Message;
use crate::hash::Poseidon2Hash;
use crate::keys::VerifyingKey;
use crate::parameters::{Grinding, Parameters};
use crate::proof::Work;
use crate::tables::{ByteMessage, Honest, Small};
use crate::{ProvingKey, Trace, prove};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;

type Key = VerifyingKey<Small, Poseidon2Hash>;

/// A key with a shared bus and without any work, with a proof and its public value.
fn proven() -> (ProvingKey<Small, Poseidon2Hash>, Proof<Poseidon2Hash>, Val) {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed.clone()), (Small::Bytes, fixed)];
    let parameters = Parameters {
        grinding: Grinding::default(),
        ..Parameters::fast_insecure_for_tests()
    };
    let shared = [<ByteMessage<Val> as Message<Val>>::BUS];
    let key = ProvingKey::with_shared_buses(tables, &shared, parameters).unwrap();
    let rows = Honest::modular(key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap());
    let trace = |mut main: RowMajorMatrix<Val>, log_height: usize, public_values| {
        main.values.resize(main.width << log_height, Val::ZERO);
        Trace { main, public_values }
    };
    let traces = vec![
        trace(rows.fibonacci, LOG_HEIGHT, vec![rows.last]),
        trace(rows.bytes, LOG_BYTES, vec![]),
    ];
    let proof = prove(&key, traces).unwrap();
    (key, proof, rows.last)
}

/// Which of the challenges differ, in the order in which they are drawn.
fn differences(one: Challenges, other: Challenges) -> [bool; 4] {
    // Field by field, so that a new challenge cannot be forgotten here.
    let list = |Challenges {
                    own,
                    shared,
                    alpha,
                    point,
                }| ([shared, own], [alpha, point]);
    let ((buses, later), (other_buses, other_later)) = (list(one), list(other));
    [
        buses[0] != other_buses[0],
        buses[1] != other_buses[1],
        later[0] != other_later[0],
        later[1] != other_later[1],
    ]
}

/// What a proof consists of, by name. Taken apart field by field: a field that is added and not listed with the
/// challenges that it changes does not compile, and one that is listed and not absorbed fails below.
fn fields(proof: &Proof<Poseidon2Hash>) -> Vec<&'static str> {
    let Proof {
        log_heights: _,
        early: _,
        main: _,
        logup: _,
        sums: _,
        quotient: _,
        work,
        openings: _,
        opening: _,
    } = proof;
    let Work {
        shared_bus: _,
        bus: _,
        out_of_domain: _,
    } = work;
    vec![
        "log_heights",
        "early",
        "main",
        "logup",
        "sums",
        "quotient",
        "work",
        "openings",
        "opening",
    ]
}

type Change = fn(&mut Proof<Poseidon2Hash>);

/// A change of each field that the transcript absorbs before the out-of-domain point, with the first challenge that
/// depends on it. `work` stands for itself: a wrong witness is an error. `openings` and `opening` are absorbed
/// by the opening argument, whose challenges the verifier draws itself.
fn changes() -> Vec<(&'static str, usize, Change)> {
    fn change(root: &mut Commitment<Poseidon2Hash>) {
        let mut digest = root.roots()[0];
        digest[4] += Val::ONE;
        *root = Commitment::<Poseidon2Hash>::new(vec![digest]);
    }
    vec![
        ("log_heights", 0, |proof| proof.log_heights[0] += 1),
        ("early", 0, |proof| proof.early.iter_mut().for_each(change)),
        ("main", 1, |proof| change(&mut proof.main)),
        ("logup", 2, |proof| proof.logup.iter_mut().for_each(change)),
        ("sums", 2, |proof| proof.sums[1] += Challenge::ONE),
        ("quotient", 3, |proof| change(&mut proof.quotient)),
    ]
}

#[test]
fn every_field_changes_every_later_challenge_and_no_earlier_one() {
    let (key, proof, last) = proven();
    let key = key.verifying_key();
    let public = [last];
    let honest = replay(key, &[&public, &[]], &proof, None).unwrap().1;
    let expect = |first: usize| [0, 1, 2, 3].map(|index| index >= first);
    for (field, first, change) in changes() {
        let mut changed = proof.clone();
        change(&mut changed);
        let challenges = replay(key, &[&public, &[]], &changed, None).unwrap().1;
        assert_eq!(differences(honest, challenges), expect(first), "{field}");
        assert!(verify(key, &[&public, &[]], &changed, 0).is_err(), "{field}");
    }
    let others = ["work", "openings", "opening"];
    for field in fields(&proof) {
        let is_listed = changes().iter().any(|(name, ..)| *name == field) || others.contains(&field);
        assert!(is_listed, "{field} is in no list");
    }
}

#[test]
fn everything_outside_the_proof_changes_every_challenge() {
    let (key, proof, last) = proven();
    let honest = replay(key.verifying_key(), &[&[last], &[]], &proof, None)
        .unwrap()
        .1;
    let all = |key: &Key, public_values: &[&[Val]]| {
        let challenges = replay(key, public_values, &proof, None).unwrap().1;
        assert_eq!(differences(honest, challenges), [true; 4]);
    };
    let key = key.verifying_key();
    all(key, &[&[last + Val::ONE], &[]]);
    // As many values in all, otherwise grouped.
    all(key, &[&[], &[last]]);
    all(key, &[&[last, Val::ZERO], &[]]);
    let changed = |change: fn(&mut Key)| {
        let mut key = key.clone();
        change(&mut key);
        all(&key, &[&[last], &[]]);
    };
    changed(|key| key.digest[8] += Val::ONE);
    changed(|key| key.fixed = None);
    changed(|key| key.parameters.log_blowup += 1);
    changed(|key| key.parameters.num_queries += 1);
    changed(|key| key.parameters.log_final_poly_len += 1);
    changed(|key| key.parameters.max_log_arity += 1);
    changed(|key| key.parameters.grinding.query += 1);
    changed(|key| key.parameters.grinding.fold += 1);
    changed(|key| key.parameters.grinding.batch += 1);
}

#[test]
fn challenges_from_elsewhere_are_absorbed() {
    let (key, proof, last) = proven();
    let public = [last];
    let with = |shared| {
        replay(key.verifying_key(), &[&public, &[]], &proof, shared)
            .unwrap()
            .1
    };
    let honest = with(None);
    assert_eq!(
        differences(honest, with(Some(honest.shared))),
        [false, true, true, true]
    );
    for change in [
        |challenges: &mut BusChallenges| challenges.beta += Challenge::ONE,
        |challenges: &mut BusChallenges| challenges.gamma += Challenge::ONE,
    ] {
        let mut other = honest.shared;
        change(&mut other);
        assert_eq!(
            differences(with(Some(honest.shared)), with(Some(other))),
            [true; 4]
        );
    }
}

#[test]
fn a_point_among_the_rows_is_an_error() {
    let domains = [RowDomain::new(6, 10), None, RowDomain::new(9, 10)];
    let row = |log_height: usize, row: u64| Challenge::from(Val::two_adic_generator(log_height).exp_u64(row));
    for (point, table) in [(row(6, 5), 0), (row(6, 0), 0), (row(9, 511), 2)] {
        assert_eq!(
            check_outside_rows(point, &domains),
            Err(VerifyError::Point { table })
        );
    }
    for point in [row(10, 1), Challenge::TWO, row(9, 1) * Val::GENERATOR] {
        assert_eq!(check_outside_rows(point, &domains), Ok(()));
    }
}
