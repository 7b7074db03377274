//! Buses that several proofs share: each proof takes a token from the one before and hands it on.

use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::analysis::{Scope, analyze};
use zisk_stark::{
    Bus, BusChallenges, Commitment, Count, EarlyCommitment, Interactions, Message, Parameters, Poseidon2Hash,
    Proof, ProveError, ProvingKey, SharedBalance, SharedBuses, TableBuilder, Trace, Val, VerifyError,
    check_shared_balance, check_shared_challenges, commit_early, prove, prove_sharing, shared_challenges,
    verify, verify_sharing,
};

use crate::tables::{ByteMessage, Honest, Small};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;

/// A value on its way from proof to proof.
struct Token<E> {
    index: E,
    value: E,
}

impl<E> Message<E> for Token<E> {
    const BUS: Bus = Bus { name: "token" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        [self.index, self.value]
    }
}

/// Columns `index`, `value_in`, `value_out`, `is_received`, `is_sent`, `low`: what is sent is the value that was
/// received and one more, and `low`, which is not committed early, is its byte.
#[derive(Clone, Copy, Debug)]
enum Table {
    Carrier,
    Bytes,
}

impl BaseAir<Val> for Table {
    fn width(&self) -> usize {
        match self {
            Self::Carrier => 6,
            Self::Bytes => 1,
        }
    }

    fn preprocessed_width(&self) -> usize {
        usize::from(matches!(self, Self::Bytes))
    }
}

impl<B: TableBuilder> Air<B> for Table {
    fn eval(&self, builder: &mut B) {
        if matches!(self, Self::Bytes) {
            return Small::Bytes.eval(builder);
        }
        let main = builder.main();
        let row = main.current_slice();
        let [index, value_in, value_out, is_received, is_sent, low] =
            [0, 1, 2, 3, 4, 5].map(|column| row[column]);
        builder.assert_bool_named(is_received, "is_received is a bit");
        builder.assert_bool_named(is_sent, "is_sent is a bit");
        builder.assert_eq_named(value_out, value_in + B::Expr::ONE, "one more");
        builder.assert_eq_named(low, value_out, "a byte");
        builder.receive(
            Token {
                index: index.into(),
                value: value_in.into(),
            },
            Count::bounded(is_received.into(), 1),
        );
        builder.send(
            Token {
                index: index + B::Expr::ONE,
                value: value_out.into(),
            },
            Count::bounded(is_sent.into(), 1),
        );
        builder.send(
            ByteMessage { value: low.into() },
            Count::bounded(is_sent.into(), 1),
        );
    }
}

type Key = ProvingKey<Table, Poseidon2Hash>;
type Root = Commitment<Poseidon2Hash>;

fn key() -> Key {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![(Table::Carrier, honest.no_fixed.clone()), (Table::Bytes, fixed)];
    ProvingKey::with_shared_buses(
        tables,
        &[Token::<Val>::BUS],
        Parameters::fast_insecure_for_tests(),
    )
    .expect("the tables are well formed")
}

/// A link of a chain: its index, the value that it receives if it does, and whether it hands its own on.
#[derive(Clone, Copy)]
struct Link {
    index: u32,
    value_in: u32,
    is_received: bool,
    is_sent: bool,
}

fn traces(links: &[Link]) -> Vec<Trace> {
    let mut rows = vec![Val::ZERO; 6 << LOG_HEIGHT];
    let mut bytes = vec![Val::ZERO; 1 << LOG_BYTES];
    for (row, cells) in rows.chunks_exact_mut(6).enumerate() {
        let unused = Link {
            index: 0,
            value_in: 7,
            is_received: false,
            is_sent: false,
        };
        let link = links.get(row).copied().unwrap_or(unused);
        let value_out = link.value_in + 1;
        let bits = [link.is_received, link.is_sent].map(u32::from);
        let values = [link.index, link.value_in, value_out, bits[0], bits[1], value_out];
        cells.copy_from_slice(&values.map(Val::from_u32));
        bytes[value_out as usize] += Val::from_u32(bits[1]);
    }
    let trace = |values, width| Trace {
        main: RowMajorMatrix::new(values, width),
        public_values: vec![],
    };
    vec![trace(rows, 6), trace(bytes, 1)]
}

/// Three proofs that hand a token on, the first of which makes it and the last of which keeps it.
fn chain() -> [Vec<Link>; 3] {
    [0, 1, 2].map(|index| {
        vec![Link {
            index,
            value_in: 10 + index,
            is_received: index > 0,
            is_sent: index < 2,
        }]
    })
}

struct Proven {
    roots: Vec<Root>,
    work: Val,
    proofs: Vec<Proof<Poseidon2Hash>>,
}

const CONTEXT: &[u8] = b"a chain of three";

fn prove_all(key: &Key, links: &[Vec<Link>]) -> Proven {
    let early: Vec<EarlyCommitment<Poseidon2Hash>> = links
        .iter()
        .map(|links| commit_early(key, &traces(links), &mut ()).unwrap())
        .collect();
    let roots: Vec<Root> = early.iter().map(|early| early.root().unwrap().clone()).collect();
    let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &roots);
    let one = |(links, early): (&Vec<Link>, _)| {
        prove_sharing(key, traces(links), early, challenges, &mut ()).unwrap()
    };
    let proofs = links.iter().zip(early).map(one).collect();
    Proven { roots, work, proofs }
}

fn challenges(key: &Key, proven: &Proven) -> Result<BusChallenges, VerifyError> {
    check_shared_challenges(key.verifying_key(), CONTEXT, &proven.roots, proven.work)
}

fn verify_one(
    key: &Key,
    proof: &Proof<Poseidon2Hash>,
    challenges: BusChallenges,
) -> Result<SharedBalance, VerifyError> {
    let num_messages = 3 * key.verifying_key().num_shared_messages(proof).unwrap();
    let shared = SharedBuses {
        challenges,
        num_messages,
    };
    verify_sharing(key.verifying_key(), &[&[], &[]], proof, &shared, 0)
}

/// Everything that whoever holds several proofs has to check.
fn verify_all(key: &Key, proven: &Proven) -> Result<(), VerifyError> {
    for (root, proof) in proven.roots.iter().zip(&proven.proofs) {
        assert_eq!(proof.early_root(), Some(root));
    }
    let challenges = challenges(key, proven)?;
    let balances: Result<Vec<_>, _> = proven
        .proofs
        .iter()
        .map(|proof| verify_one(key, proof, challenges))
        .collect();
    check_shared_balance(&balances?)
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

#[test]
fn a_chain_with_a_proof_missing_repeated_or_foreign_is_refused() {
    let key = key();
    let honest = prove_all(&key, &chain());
    let challenges = challenges(&key, &honest).unwrap();
    let balance = |proof| verify_one(&key, proof, challenges).unwrap();
    let balances: Vec<_> = honest.proofs.iter().map(balance).collect();
    // With the challenges of the whole chain, other selections of its proofs do not balance.
    for selection in [
        vec![0, 1],
        vec![1, 2],
        vec![0, 2],
        vec![0, 0, 1],
        vec![0, 1, 2, 2],
        vec![1],
    ] {
        let selected: Vec<_> = selection.iter().map(|index| balances[*index]).collect();
        assert_eq!(
            check_shared_balance(&selected),
            Err(VerifyError::Buses),
            "{selection:?}"
        );
    }
    // With the challenges of other commitments, its proofs do not verify.
    let [first, second, third] = [0, 1, 2].map(|index| honest.roots[index].clone());
    for roots in [
        vec![first.clone(), second.clone()],
        vec![second.clone(), first.clone(), third.clone()],
        vec![first.clone(), second.clone(), third.clone(), third.clone()],
        vec![],
    ] {
        let (other, _) = shared_challenges(key.verifying_key(), CONTEXT, &roots);
        assert_ne!(other, challenges);
        for proof in &honest.proofs {
            assert!(verify_one(&key, proof, other).is_err(), "{} roots", roots.len());
        }
    }
    let (other, _) = shared_challenges(key.verifying_key(), b"another chain", &honest.roots);
    assert_ne!(other, challenges);
    let foreign = prove_all(&key, &chain());
    assert!(verify_one(&key, &foreign.proofs[1], challenges).is_err());
}

#[test]
fn work_before_shared_challenges_is_checked() {
    let key = key();
    let mut proven = prove_all(&key, &chain());
    // One witness in eight would do as well.
    let wrong = (1..100).map(Val::from_u32).find(|step| {
        proven.work += *step;
        challenges(&key, &proven).is_err()
    });
    assert!(wrong.is_some());
    assert_eq!(
        challenges(&key, &proven),
        Err(VerifyError::Work("shared bus challenges"))
    );
}

#[test]
fn a_proof_alone_and_a_proof_that_shares_are_not_the_same() {
    let key = key();
    let proven = prove_all(&key, &chain());
    let verifying = key.verifying_key();
    for proof in &proven.proofs {
        assert!(verify(verifying, &[&[], &[]], proof, 0).is_err());
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
    assert_eq!(verify(verifying, &[&[], &[]], &alone, 0), Ok(()));
    assert!(verify_one(&key, &alone, challenges(&key, &proven).unwrap()).is_err());
    let open = prove(&key, traces(&round[..2])).unwrap();
    assert_eq!(verify(verifying, &[&[], &[]], &open, 0), Err(VerifyError::Buses));
}

#[test]
fn an_early_commitment_binds_early_columns() {
    let key = key();
    let links = chain();
    let early: Vec<_> = links
        .iter()
        .map(|links| commit_early(&key, &traces(links), &mut ()).unwrap())
        .collect();
    let roots: Vec<Root> = early.iter().map(|early| early.root().unwrap().clone()).collect();
    let (challenges, _) = shared_challenges(key.verifying_key(), CONTEXT, &roots);
    let mut others = links[1].clone();
    others[0].value_in += 1;
    let early = early.into_iter().nth(1).unwrap();
    let proof = prove_sharing(&key, traces(&others), early, challenges, &mut ()).unwrap();
    assert!(verify_one(&key, &proof, challenges).is_err());

    let early = commit_early(&key, &traces(&links[1]), &mut ()).unwrap();
    let mut taller = traces(&links[1]);
    taller[0].main.values.resize(6 << (LOG_HEIGHT + 1), Val::ZERO);
    let error = prove_sharing(&key, taller, early, challenges, &mut ()).unwrap_err();
    assert_eq!(error, ProveError::EarlyCommitment);
}

#[test]
fn a_key_without_shared_buses_has_no_early_round() {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed), (Small::Bytes, fixed)];
    let key: ProvingKey<_, Poseidon2Hash> =
        ProvingKey::new(tables, Parameters::fast_insecure_for_tests()).unwrap();
    let zeros = |width: usize, log_height: usize, num_public| Trace {
        main: RowMajorMatrix::new(vec![Val::ZERO; width << log_height], width),
        public_values: vec![Val::ZERO; num_public],
    };
    let early = commit_early(&key, &[zeros(5, LOG_HEIGHT, 1), zeros(1, LOG_BYTES, 0)], &mut ()).unwrap();
    assert_eq!(early.root(), None);
}
