//! Shared messages that read public values and nothing else.

use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::{PrimeCharacteristicRing, PrimeField64};
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{
    Bus, Count, EarlyCommitment, Interactions, Message, Parameters, Poseidon2Hash, ProveError, ProvingKey,
    SharedProof, TableBuilder, Trace, Val, VerifyError, commit_early, prove, prove_sharing,
    shared_challenges, verify_together,
};

const LOG_HEIGHT: usize = 6;
const SAID: Bus = Said::<Val>::BUS;
const BOUND: u32 = 1 << 16;

struct Said<E>(E);

impl<E> Message<E> for Said<E> {
    const BUS: Bus = Bus { name: "said" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        [self.0]
    }
}

/// Every row sends the first public value as often as the second says. The one column is zero.
#[derive(Clone, Copy, Debug)]
struct Speaker;

impl BaseAir<Val> for Speaker {
    fn width(&self) -> usize {
        1
    }

    fn num_public_values(&self) -> usize {
        2
    }
}

impl<B: TableBuilder> Air<B> for Speaker {
    fn eval(&self, builder: &mut B) {
        let cell = builder.main().current_slice()[0];
        let [value, times] = [0, 1].map(|index| builder.public_values()[index].into());
        builder.assert_zero(cell);
        builder.send(Said(value), Count::bounded(times, BOUND));
    }
}

fn key(shared: &[Bus]) -> ProvingKey<Speaker, Poseidon2Hash> {
    let tables = vec![(Speaker, RowMajorMatrix::new(vec![], 0))];
    ProvingKey::with_shared_buses(tables, shared, Parameters::fast_insecure_for_tests()).unwrap()
}

fn traces(public_values: [Val; 2]) -> Vec<Trace> {
    vec![Trace {
        main: RowMajorMatrix::new(vec![Val::ZERO; 1 << LOG_HEIGHT], 1),
        public_values: public_values.into(),
    }]
}

/// Makes proofs with some public values, and verifies them with others.
fn prove_and_verify(proven: &[[Val; 2]], claimed: &[[Val; 2]]) -> Result<(), VerifyError> {
    let key = key(&[SAID]);
    let early: Vec<_> = proven
        .iter()
        .map(|values| commit_early(&key, &traces(*values), None, &mut ()).unwrap())
        .collect();
    let statements: Vec<_> = early.iter().map(EarlyCommitment::statement).collect();
    let (challenges, work) = shared_challenges(key.verifying_key(), b"", &statements);
    let prove =
        |(values, early): (&[Val; 2], _)| prove_sharing(&key, traces(*values), early, challenges, &mut ());
    let proofs: Vec<_> = proven
        .iter()
        .zip(early)
        .map(|pair| prove(pair).unwrap())
        .collect();
    let claimed: Vec<[&[Val]; 1]> = claimed.iter().map(|values| [values.as_slice()]).collect();
    let together: Vec<_> = proofs
        .iter()
        .zip(&claimed)
        .map(|(proof, public_values)| SharedProof { proof, public_values })
        .collect();
    verify_together(key.verifying_key(), b"", &together, work, 0)
}

#[test]
fn messages_of_public_values_alone_are_balanced() {
    let said = |value, times| [Val::from_u32(value), times];
    let balanced = [said(5, Val::ONE), said(5, -Val::ONE)];
    assert_eq!(prove_and_verify(&balanced, &balanced), Ok(()));
    let silent = [said(5, Val::ZERO)];
    assert_eq!(prove_and_verify(&silent, &silent), Ok(()));
    for unbalanced in [
        vec![said(5, Val::ONE), said(6, -Val::ONE)],
        vec![said(5, Val::ONE), said(5, Val::ONE)],
        vec![said(5, Val::ONE)],
    ] {
        let result = prove_and_verify(&unbalanced, &unbalanced);
        assert_eq!(result, Err(VerifyError::Buses), "{unbalanced:?}");
    }
    let other = [said(6, Val::ONE), said(6, -Val::ONE)];
    assert!(prove_and_verify(&balanced, &other).is_err());
}

#[test]
fn an_early_commitment_binds_public_values() {
    let key = key(&[SAID]);
    let early = commit_early(&key, &traces([Val::ONE; 2]), None, &mut ()).unwrap();
    let (challenges, _) = shared_challenges(key.verifying_key(), b"", &[early.statement()]);
    let error = prove_sharing(&key, traces([Val::TWO; 2]), early, challenges, &mut ()).unwrap_err();
    assert_eq!(error, ProveError::EarlyCommitment);
}

/// Each proof may have all of its messages; what must not wrap around is the sum over all proofs.
#[test]
fn messages_of_all_proofs_together_must_be_countable() {
    let key = key(&[SAID]);
    let proof = prove(&key, traces([Val::ZERO; 2])).unwrap();
    let shared = SharedProof {
        proof: &proof,
        public_values: &[&[Val::ZERO; 2]],
    };
    let of_proof = u64::from(BOUND) << LOG_HEIGHT;
    let max = (Val::ORDER_U64 - 1) / of_proof;
    let verify = |num_proofs: u64| {
        let all = vec![shared; num_proofs as usize];
        verify_together(key.verifying_key(), b"", &all, Val::ONE, 0)
    };
    let total = (max + 1) * of_proof;
    assert_eq!(verify(max + 1), Err(VerifyError::Multiplicities { total }));
    let result = verify(max);
    assert!(
        !matches!(result, Err(VerifyError::Multiplicities { .. })),
        "{result:?}"
    );
}

#[test]
fn proofs_without_shared_buses_may_be_verified_together() {
    let key = key(&[]);
    let silent = || traces([Val::ONE, Val::ZERO]);
    let early = [0, 1].map(|_| commit_early(&key, &silent(), None, &mut ()).unwrap());
    let statements = early.each_ref().map(EarlyCommitment::statement);
    let (challenges, work) = shared_challenges(key.verifying_key(), b"", &statements);
    let proofs = early.map(|early| prove_sharing(&key, silent(), early, challenges, &mut ()).unwrap());
    let together = |public_values| {
        let shared = proofs
            .each_ref()
            .map(|proof| SharedProof { proof, public_values });
        verify_together(key.verifying_key(), b"", &shared, work, 0)
    };
    assert_eq!(together(&[&[Val::ONE, Val::ZERO]]), Ok(()));
    assert!(together(&[&[Val::TWO, Val::ZERO]]).is_err());
}
