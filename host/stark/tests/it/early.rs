//! Early commitments: what of traces they need, and that they can be made again from a seed.

use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{BlindingSeed, ProveError, Trace, Val, VerifyError, commit_early, shared_challenges};

use crate::chain::{
    CONTEXT, Early, Key, LOG_HEIGHT, Link, Statement, chain, key, prove_committed, traces, verify_all,
};

fn seed() -> BlindingSeed {
    BlindingSeed::from_bytes([5; 32])
}

fn commit(key: &Key, traces: &[Trace], seed: Option<&BlindingSeed>) -> Early {
    commit_early(key, traces, seed, &mut ()).unwrap()
}

fn statement(key: &Key, traces: &[Trace]) -> Statement {
    commit(key, traces, Some(&seed())).statement()
}

/// The traces of a link with what an early commitment does not need left out or wrong.
fn unfinished(links: &[Link]) -> Vec<Trace> {
    let mut traces = traces(links);
    for row in traces[0].main.values.chunks_exact_mut(6) {
        row[5] = Val::from_u32(1234);
    }
    for table in [1, 2] {
        traces[table].main = RowMajorMatrix::new(vec![], 0);
    }
    traces
}

type Change = fn(&mut Vec<Trace>);

#[test]
fn early_commitments_are_made_before_other_tables_have_rows() {
    let key = key();
    let links = chain();
    let early: Vec<_> = links
        .iter()
        .map(|links| commit(&key, &unfinished(links), None))
        .collect();
    // The heights of these tables are anybody's until then.
    let finished = links.iter().map(|links| {
        let mut traces = traces(links);
        traces[2].main.values.resize(1 << (LOG_HEIGHT + 2), Val::ZERO);
        traces
    });
    assert_eq!(verify_all(&key, &prove_committed(&key, early, finished)), Ok(()));
}

#[test]
fn a_statement_says_nothing_of_tables_without_shared_messages_but_their_public_values() {
    let key = key();
    let links = &chain()[1];
    let honest = statement(&key, &traces(links));
    assert_eq!(statement(&key, &unfinished(links)), honest);
    let changes: [(&str, Change); 3] = [
        ("a public value", |traces| traces[2].public_values[0] += Val::ONE),
        ("a height", |traces| {
            traces[0].main.values.resize(6 << (LOG_HEIGHT + 1), Val::ZERO);
        }),
        ("an early column", |traces| traces[0].main.values[4] += Val::ONE),
    ];
    for (what, change) in changes {
        let mut changed = traces(links);
        change(&mut changed);
        assert_ne!(statement(&key, &changed), honest, "{what}");
    }
}

#[test]
fn what_an_early_commitment_needs_is_checked() {
    let key = key();
    let changes: [(Change, ProveError); 3] = [
        (
            |traces| drop(traces.pop()),
            ProveError::TraceCount {
                expected: 3,
                found: 2,
            },
        ),
        (
            |traces| traces[2].public_values.clear(),
            ProveError::TraceShape {
                table: 2,
                what: "public values",
                expected: 1,
                found: 0,
            },
        ),
        (
            |traces| traces[0].main = RowMajorMatrix::new(vec![], 0),
            ProveError::TraceShape {
                table: 0,
                what: "main columns",
                expected: 6,
                found: 0,
            },
        ),
    ];
    for (change, error) in changes {
        let mut changed = unfinished(&chain()[0]);
        change(&mut changed);
        let result = commit_early(&key, &changed, None, &mut ());
        assert_eq!(result.err(), Some(error));
    }
}

#[test]
fn the_same_rows_and_seed_give_the_same_statement_and_no_others() {
    let key = key();
    let rows = traces(&chain()[1]);
    let other = BlindingSeed::from_bytes([6; 32]);
    let first = commit(&key, &rows, Some(&seed())).statement();
    assert_eq!(commit(&key, &rows, Some(&seed())).statement(), first);
    let mut all = vec![first];
    for seed in [Some(&other), None, None] {
        let statement = commit(&key, &rows, seed).statement();
        assert!(!all.contains(&statement), "{seed:?}");
        all.push(statement);
    }
}

#[test]
fn without_hiding_no_seed_matters() {
    let key = key().without_hiding();
    let rows = traces(&chain()[1]);
    assert!(commit(&key, &rows, Some(&seed())).statement() == commit(&key, &rows, None).statement());
}

#[test]
fn an_early_commitment_may_be_dropped_and_made_again_from_its_seed() {
    let key = key();
    let links = chain();
    let seeds = [0, 1, 2].map(|index| seed().derive(b"segment", index));
    let again = |seeds: &[BlindingSeed]| -> Vec<Early> {
        let pairs = links.iter().zip(seeds);
        pairs
            .map(|(links, seed)| commit(&key, &traces(links), Some(seed)))
            .collect()
    };
    let statements: Vec<_> = again(&seeds).iter().map(Early::statement).collect();
    let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &statements);
    let prove_again = |seeds: &[BlindingSeed]| {
        let rows = links.iter().map(|links| traces(links));
        let mut proven = prove_committed(&key, vec![], []);
        for (rows, early) in rows.zip(again(seeds)) {
            let proof = zisk_stark::prove_sharing(&key, rows, early, challenges, &mut ());
            proven.proofs.push(proof.unwrap());
        }
        proven.work = work;
        proven
    };
    assert_eq!(verify_all(&key, &prove_again(&seeds)), Ok(()));
    let mut wrong = seeds;
    wrong[1] = seed().derive(b"segment", 3);
    let result: Result<(), VerifyError> = verify_all(&key, &prove_again(&wrong));
    assert!(result.is_err());
}
