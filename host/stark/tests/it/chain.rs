//! A chain of proofs: each takes a token from the one before and hands it on.

use p3_air::{Air, BaseAir, NamedAirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{
    Bus, BusChallenges, Count, EarlyCommitment, Interactions, Message, Parameters, Poseidon2Hash, Proof,
    ProvingKey, SharedProof, SharedStatement, TableBuilder, Trace, Val, VerifyError, commit_early,
    prove_sharing, shared_challenges, verify_together,
};

use crate::tables::{ByteMessage, Honest, Small};

pub(crate) const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;
/// The public value of each proof.
pub(crate) const NOTE: Val = Val::TWO;
/// The public values of each table.
pub(crate) const PUBLIC: &[&[Val]] = &[&[], &[], &[NOTE]];

/// A value on its way from proof to proof.
pub(crate) struct Token<E> {
    index: E,
    value: E,
}

impl<E> Message<E> for Token<E> {
    const BUS: Bus = Bus { name: "token" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        [self.index, self.value]
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Table {
    /// Columns `index`, `value_in`, `value_out`, `is_received`, `is_sent`, `low`: what is sent is the value that was
    /// received and one more, and `low`, which is not committed early, is its byte.
    Carrier,
    /// As it is elsewhere: of a height that is fixed, without shared messages.
    Bytes,
    /// One column, whose first cell is the public value: of any height, without messages.
    Note,
}

impl BaseAir<Val> for Table {
    fn width(&self) -> usize {
        match self {
            Self::Carrier => 6,
            Self::Bytes | Self::Note => 1,
        }
    }

    fn num_public_values(&self) -> usize {
        usize::from(matches!(self, Self::Note))
    }

    fn preprocessed_width(&self) -> usize {
        usize::from(matches!(self, Self::Bytes))
    }
}

impl<B: TableBuilder> Air<B> for Table {
    fn eval(&self, builder: &mut B) {
        match self {
            Self::Carrier => carrier(builder),
            Self::Bytes => Small::Bytes.eval(builder),
            Self::Note => {
                let (cell, note) = (builder.main().current_slice()[0], builder.public_values()[0]);
                builder
                    .when_first_row()
                    .assert_eq_named(cell, note, "the public value");
            }
        }
    }
}

fn carrier<B: TableBuilder>(builder: &mut B) {
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

pub(crate) type Key = ProvingKey<Table, Poseidon2Hash>;
pub(crate) type Early = EarlyCommitment<Poseidon2Hash>;
pub(crate) type Statement = SharedStatement<Poseidon2Hash>;

pub(crate) fn key() -> Key {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![
        (Table::Carrier, honest.no_fixed.clone()),
        (Table::Bytes, fixed),
        (Table::Note, honest.no_fixed),
    ];
    ProvingKey::with_shared_buses(
        tables,
        &[Token::<Val>::BUS],
        Parameters::fast_insecure_for_tests(),
    )
    .expect("the tables are well formed")
}

/// A link of a chain: its index, the value that it receives if it does, and whether it hands its own on.
#[derive(Clone, Copy)]
pub(crate) struct Link {
    pub(crate) index: u32,
    pub(crate) value_in: u32,
    pub(crate) is_received: bool,
    pub(crate) is_sent: bool,
}

pub(crate) fn traces(links: &[Link]) -> Vec<Trace> {
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
    let trace = |values, width, public: &[Val]| Trace {
        main: RowMajorMatrix::new(values, width),
        public_values: public.to_vec(),
    };
    let note = vec![NOTE; 1 << LOG_HEIGHT];
    vec![
        trace(rows, 6, PUBLIC[0]),
        trace(bytes, 1, PUBLIC[1]),
        trace(note, 1, PUBLIC[2]),
    ]
}

/// Three proofs that hand a token on, the first of which makes it and the last of which keeps it.
pub(crate) fn chain() -> [Vec<Link>; 3] {
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
pub(crate) struct Proven {
    pub(crate) statements: Vec<Statement>,
    pub(crate) challenges: BusChallenges,
    pub(crate) work: Val,
    pub(crate) proofs: Vec<Proof<Poseidon2Hash>>,
}

impl Proven {
    /// Some of the proofs, in some order, with the work that this would take.
    pub(crate) fn select(&self, key: &Key, context: &[u8], selection: &[usize]) -> Self {
        let statements: Vec<_> = selection
            .iter()
            .map(|index| self.statements[*index].clone())
            .collect();
        let (challenges, work) = shared_challenges(key.verifying_key(), context, &statements);
        Self {
            challenges,
            work,
            statements,
            proofs: selection
                .iter()
                .map(|index| self.proofs[*index].clone())
                .collect(),
        }
    }
}

pub(crate) const CONTEXT: &[u8] = b"a chain of three";
pub(crate) const WRONG_WORK: VerifyError = VerifyError::Work("shared bus challenges");

pub(crate) fn commit_all(key: &Key, links: &[Vec<Link>]) -> (Vec<Early>, Vec<Statement>) {
    let one = |links: &Vec<Link>| {
        let early = commit_early(key, &traces(links), None, &mut ()).unwrap();
        let statement = early.statement();
        (early, statement)
    };
    links.iter().map(one).unzip()
}

pub(crate) fn prove_all(key: &Key, links: &[Vec<Link>]) -> Proven {
    prove_committed(
        key,
        commit_all(key, links).0,
        links.iter().map(|links| traces(links)),
    )
}

/// Makes the proofs whose early commitments were made.
pub(crate) fn prove_committed(
    key: &Key,
    early: Vec<Early>,
    traces: impl IntoIterator<Item = Vec<Trace>>,
) -> Proven {
    let statements: Vec<_> = early.iter().map(EarlyCommitment::statement).collect();
    let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &statements);
    let one = |(traces, early)| prove_sharing(key, traces, early, challenges, &mut ()).unwrap();
    let proofs = traces.into_iter().zip(early).map(one).collect();
    Proven {
        statements,
        challenges,
        work,
        proofs,
    }
}

pub(crate) fn verify_in(key: &Key, context: &[u8], proven: &Proven) -> Result<(), VerifyError> {
    let proofs: Vec<_> = proven
        .proofs
        .iter()
        .map(|proof| SharedProof {
            proof,
            public_values: PUBLIC,
        })
        .collect();
    verify_together(key.verifying_key(), context, &proofs, proven.work, 0)
}

pub(crate) fn verify_all(key: &Key, proven: &Proven) -> Result<(), VerifyError> {
    verify_in(key, CONTEXT, proven)
}
