//! Buses that several proofs share.

use p3_field::PrimeCharacteristicRing;
use zisk_stark::analysis::{Scope, analyze};
use zisk_stark::{
    Message, ProveError, Trace, Val, VerifyError, commit_early, prove, prove_sharing, shared_challenges,
    verify,
};

use crate::chain::{
    CONTEXT, LOG_HEIGHT, Link, PUBLIC, Proven, Table, Token, WRONG_WORK, chain, commit_all, key, prove_all,
    prove_committed, traces, verify_all, verify_in,
};

/// Refused, and not for work that was not done.
fn assert_refused(result: Result<(), VerifyError>, what: &str) {
    let error = result.expect_err(what);
    assert_ne!(error, WRONG_WORK, "{what}");
}

#[test]
fn columns_that_shared_messages_read_are_committed_early() {
    let shape = analyze(&Table::Carrier, &[Token::<Val>::BUS]).unwrap();
    assert_eq!(shape.num_early, 5, "all up to is_sent");
    let scopes: Vec<_> = shape
        .sums
        .iter()
        .map(|sum| (sum.scope, sum.columns.clone()))
        .collect();
    assert_eq!(
        scopes,
        [(Scope::Proof, vec![vec![2]]), (Scope::Shared, vec![vec![0, 1]])]
    );
    assert_eq!(analyze(&Table::Carrier, &[]).unwrap().num_early, 0);
}

#[test]
fn a_chain_of_proofs_is_accepted() {
    let key = key();
    let proven = prove_all(&key, &chain());
    assert_eq!(verify_all(&key, &proven), Ok(()));
}

type Forgery = (&'static str, fn(&mut [Vec<Link>; 3]));

#[test]
fn what_one_proof_sends_another_must_receive() {
    let key = key();
    let forgeries: [Forgery; 5] = [
        ("another value", |links| links[1][0].value_in += 1),
        ("another index", |links| links[1][0].index = 2),
        ("a token that nobody made", |links| links[0][0].is_received = true),
        ("a token that nobody keeps", |links| links[2][0].is_sent = true),
        ("a token that is made twice", |links| {
            let link = links[0][0];
            links[0].push(link);
        }),
    ];
    for (what, forge) in forgeries {
        let mut links = chain();
        forge(&mut links);
        let proven = prove_all(&key, &links);
        assert_eq!(verify_all(&key, &proven), Err(VerifyError::Buses), "{what}");
    }
}

/// Selections of a chain's links, as lists of their indices.
const SELECTIONS: [&[usize]; 6] = [&[0, 1], &[1, 2], &[0, 2], &[0, 0, 1], &[0, 1, 2, 2], &[1]];

#[test]
fn a_chain_that_is_made_with_a_link_missing_or_repeated_does_not_balance() {
    let key = key();
    for selection in SELECTIONS {
        let links: Vec<_> = selection.iter().map(|index| chain()[*index].clone()).collect();
        let proven = prove_all(&key, &links);
        assert_eq!(
            verify_all(&key, &proven),
            Err(VerifyError::Buses),
            "{selection:?}"
        );
    }
    // The order of links that balance is for their messages to say, or the context.
    let links = [2, 0, 1].map(|index: usize| chain()[index].clone());
    assert_eq!(verify_all(&key, &prove_all(&key, &links)), Ok(()));
}

#[test]
fn a_chain_with_a_proof_missing_repeated_reordered_or_foreign_is_refused() {
    let key = key();
    let honest = prove_all(&key, &chain());
    assert_eq!(verify_all(&key, &honest), Ok(()));
    let reordered: [&[usize]; 2] = [&[1, 0, 2], &[2, 1, 0]];
    for selection in SELECTIONS.into_iter().chain(reordered) {
        let selected = honest.select(&key, CONTEXT, selection);
        assert_refused(verify_all(&key, &selected), &format!("{selection:?}"));
    }
    let foreign = prove_all(&key, &chain());
    let mut mixed = honest.clone();
    mixed.proofs[1] = foreign.proofs[1].clone();
    mixed.statements[1] = foreign.statements[1].clone();
    let mixed = mixed.select(&key, CONTEXT, &[0, 1, 2]);
    assert_refused(verify_all(&key, &mixed), "a foreign proof");
}

#[test]
fn no_proofs_at_all_are_refused() {
    let key = key();
    let nothing = prove_all(&key, &[]);
    assert_eq!(verify_all(&key, &nothing), Err(VerifyError::NoProofs));
}

#[test]
fn a_chain_is_one_of_its_context() {
    let key = key();
    let honest = prove_all(&key, &chain());
    let other = b"another chain";
    let moved = honest.select(&key, other, &[0, 1, 2]);
    assert_refused(verify_in(&key, other, &moved), "another context");
}

#[test]
fn work_before_shared_challenges_is_checked() {
    let key = key();
    let mut proven = prove_all(&key, &chain());
    // One witness in eight would do as well, and give other challenges.
    let wrong = (1..100).find(|_| {
        proven.work += Val::ONE;
        verify_all(&key, &proven) == Err(WRONG_WORK)
    });
    assert!(wrong.is_some());
}

#[test]
fn a_proof_alone_and_a_proof_that_shares_are_not_the_same() {
    let key = key();
    let proven = prove_all(&key, &chain());
    let verifying = key.verifying_key();
    for proof in &proven.proofs {
        assert!(verify(verifying, PUBLIC, proof, 0).is_err());
    }
    // A token that goes round within a proof.
    let round = [
        Link {
            index: 4,
            value_in: 20,
            is_received: true,
            is_sent: true,
        },
        Link {
            index: 5,
            value_in: 21,
            is_received: true,
            is_sent: false,
        },
        Link {
            index: 3,
            value_in: 19,
            is_received: false,
            is_sent: true,
        },
    ];
    let alone = prove(&key, traces(&round)).unwrap();
    assert_eq!(verify(verifying, PUBLIC, &alone, 0), Ok(()));
    let statements = commit_all(&key, &[round.to_vec()]).1;
    let (challenges, work) = shared_challenges(verifying, CONTEXT, &statements);
    let beside = Proven {
        challenges,
        work,
        statements,
        proofs: vec![alone],
    };
    assert!(verify_all(&key, &beside).is_err());
    assert_eq!(verify_all(&key, &prove_all(&key, &[round.to_vec()])), Ok(()));
    let open = prove(&key, traces(&round[..2])).unwrap();
    assert_eq!(verify(verifying, PUBLIC, &open, 0), Err(VerifyError::Buses));
}

#[test]
fn an_early_commitment_binds_early_columns() {
    let key = key();
    let mut links = chain();
    let early = commit_all(&key, &links).0;
    links[1][0].value_in += 1;
    let proven = prove_committed(&key, early, links.iter().map(|links| traces(links)));
    assert_refused(verify_all(&key, &proven), "other columns");

    let changes: [fn(&mut Vec<Trace>); 2] = [
        |traces| traces[0].main.values.resize(6 << (LOG_HEIGHT + 1), Val::ZERO),
        |traces| traces[2].public_values[0] += Val::ONE,
    ];
    for change in changes {
        let early = commit_early(&key, &traces(&links[1]), None, &mut ()).unwrap();
        let mut changed = traces(&links[1]);
        change(&mut changed);
        let error = prove_sharing(&key, changed, early, proven.challenges, &mut ()).unwrap_err();
        assert_eq!(error, ProveError::EarlyCommitment);
    }
}

/// Although several may be verified at once.
#[test]
fn the_error_is_that_of_the_first_proof_that_has_one() {
    let key = key();
    let links = chain();
    let early = commit_all(&key, &links).0;
    let mut all: Vec<_> = links.iter().map(|links| traces(links)).collect();
    all[1][2].main.values[0] += Val::ONE;
    all[2][0].main.values[5] += Val::ONE;
    let proven = prove_committed(&key, early, all);
    let error = VerifyError::Constraints { table: 2 };
    assert_eq!(verify_all(&key, &proven), Err(error));
}
