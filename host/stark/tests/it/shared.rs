//! Buses that several proofs share: each proof takes a token from the one before and hands it on.

use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::analysis::{Scope, analyze};
use zisk_stark::{
    Bus, Count, EarlyCommitment, Interactions, Message, Parameters, Poseidon2Hash, Proof, ProveError,
    ProvingKey, SharedProof, SharedStatement, TableBuilder, Trace, Val, VerifyError, commit_early, prove,
    prove_sharing, shared_challenges, verify, verify_together,
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
type Early = EarlyCommitment<Poseidon2Hash>;
type Statement = SharedStatement<Poseidon2Hash>;

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

#[derive(Clone)]
struct Proven {
    statements: Vec<Statement>,
    work: Val,
    proofs: Vec<Proof<Poseidon2Hash>>,
}

impl Proven {
    /// Some of the proofs, in some order, with the work that this would take.
    fn select(&self, key: &Key, context: &[u8], selection: &[usize]) -> Self {
        let statements: Vec<_> = selection
            .iter()
            .map(|index| self.statements[*index].clone())
            .collect();
        Self {
            work: shared_challenges(key.verifying_key(), context, &statements).1,
            statements,
            proofs: selection
                .iter()
                .map(|index| self.proofs[*index].clone())
                .collect(),
        }
    }
}

const CONTEXT: &[u8] = b"a chain of three";
const WRONG_WORK: VerifyError = VerifyError::Work("shared bus challenges");

fn commit_all(key: &Key, links: &[Vec<Link>]) -> (Vec<Early>, Vec<Statement>) {
    let one = |links: &Vec<Link>| {
        let early = commit_early(key, &traces(links), &mut ()).unwrap();
        let statement = early.statement();
        (early, statement)
    };
    links.iter().map(one).unzip()
}

fn prove_all(key: &Key, links: &[Vec<Link>]) -> Proven {
    let (early, statements) = commit_all(key, links);
    let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &statements);
    let one = |(links, early): (&Vec<Link>, _)| {
        prove_sharing(key, traces(links), early, challenges, &mut ()).unwrap()
    };
    let proofs = links.iter().zip(early).map(one).collect();
    Proven {
        statements,
        work,
        proofs,
    }
}

fn verify_in(key: &Key, context: &[u8], proven: &Proven) -> Result<(), VerifyError> {
    let proofs: Vec<_> = proven
        .proofs
        .iter()
        .map(|proof| SharedProof {
            proof,
            public_values: &[&[], &[]],
        })
        .collect();
    verify_together(key.verifying_key(), context, &proofs, proven.work, 0)
}

fn verify_all(key: &Key, proven: &Proven) -> Result<(), VerifyError> {
    verify_in(key, CONTEXT, proven)
}

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
    let statements = commit_all(&key, &[round.to_vec()]).1;
    let beside = Proven {
        work: shared_challenges(verifying, CONTEXT, &statements).1,
        statements,
        proofs: vec![alone],
    };
    assert!(verify_all(&key, &beside).is_err());
    assert_eq!(verify_all(&key, &prove_all(&key, &[round.to_vec()])), Ok(()));
    let open = prove(&key, traces(&round[..2])).unwrap();
    assert_eq!(verify(verifying, &[&[], &[]], &open, 0), Err(VerifyError::Buses));
}

#[test]
fn an_early_commitment_binds_early_columns() {
    let key = key();
    let mut links = chain();
    let (early, statements) = commit_all(&key, &links);
    let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &statements);
    links[1][0].value_in += 1;
    let one = |(links, early): (&Vec<Link>, _)| {
        prove_sharing(&key, traces(links), early, challenges, &mut ()).unwrap()
    };
    let proven = Proven {
        proofs: links.iter().zip(early).map(one).collect(),
        statements,
        work,
    };
    assert_refused(verify_all(&key, &proven), "other columns");

    let early = commit_early(&key, &traces(&links[1]), &mut ()).unwrap();
    let mut taller = traces(&links[1]);
    taller[0].main.values.resize(6 << (LOG_HEIGHT + 1), Val::ZERO);
    let error = prove_sharing(&key, taller, early, challenges, &mut ()).unwrap_err();
    assert_eq!(error, ProveError::EarlyCommitment);
}
