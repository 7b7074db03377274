//! One table, written against Plonky3's builders alone, proven here and by Plonky3's own prover: what is accepted
//! and what is refused must be the same.

use std::panic::{AssertUnwindSafe, catch_unwind};

use p3_air::{Air, AirBuilder, BaseAir, DebugConstraintBuilder, WindowAccess};
use p3_batch_stark::folder::ProverConstraintFolderWithLookups;
use p3_batch_stark::{ProverData, StarkInstance, prove_batch, verify_batch};
use p3_challenger::DuplexChallenger;
use p3_commit::ExtensionMmcs;
use p3_dft::Radix2DitParallel;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_fri::TwoAdicFriPcs;
use p3_koala_bear::{Poseidon2KoalaBear, default_koalabear_poseidon2_24};
use p3_lookup::{InteractionBuilder, InteractionSymbolicBuilder};
use p3_matrix::dense::RowMajorMatrix;
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};
use p3_uni_stark::StarkConfig;
use zisk_stark::{
    Challenge, Count, Parameters, Poseidon2Hash, ProvingKey, Trace, Val, VerifyError, prove, verify,
};

const LOG_HEIGHT: usize = 6;
const WIDTH: usize = 7;
/// Columns that forgeries change.
const Z: usize = 2;
const IS_SENT: usize = 3;
const THEIR_Z: usize = 5;
const MULTIPLICITY: usize = 6;

/// Columns `x`, `y`, `z = x * x * y`, `is_sent`, `their_x`, `their_z`, `multiplicity`. The next row's `x` and `y` are
/// this row's `y` and `z`. Some rows send `(x, z)`; rows receive `(their_x, their_z)` as often as they say.
#[derive(Clone, Copy, Debug)]
struct Chain;

impl<F> BaseAir<F> for Chain {
    fn width(&self) -> usize {
        WIDTH
    }

    fn num_public_values(&self) -> usize {
        1
    }
}

impl<B: InteractionBuilder> Air<B> for Chain {
    fn eval(&self, builder: &mut B) {
        let main = builder.main();
        let row = main.current_slice();
        let [x, y, z, is_sent, their_x, their_z, multiplicity]: [B::Expr; WIDTH] =
            core::array::from_fn(|column| row[column].into());
        let [next_x, next_y]: [B::Expr; 2] = [0, 1].map(|column| main.next_slice()[column].into());
        let first: B::Expr = builder.public_values()[0].into();
        builder.assert_zero(x.clone() * x.clone() * y.clone() - z.clone());
        builder.assert_bool(is_sent.clone());
        builder.when_first_row().assert_eq(x.clone(), first);
        builder.when_transition().assert_eq(next_x, y);
        builder.when_transition().assert_eq(next_y, z.clone());
        builder.push_interaction("pairs", [x, z], Count::bounded(is_sent, 1));
        builder.push_interaction("pairs", [their_x, their_z], Count::provided(-multiplicity));
    }
}

/// The table as Plonky3 proves it. In a debug build its prover looks at each row first and panics where a constraint
/// does not hold; here it sees no constraint then, so that what refuses the proof of wrong rows is the verifier.
#[derive(Clone, Copy, Debug)]
struct Unchecked;

impl BaseAir<Val> for Unchecked {
    fn width(&self) -> usize {
        WIDTH
    }

    fn num_public_values(&self) -> usize {
        1
    }
}

impl Air<DebugConstraintBuilder<'_, Val, Challenge>> for Unchecked {
    fn eval(&self, _: &mut DebugConstraintBuilder<'_, Val, Challenge>) {}
}

impl Air<InteractionSymbolicBuilder<Val, Challenge>> for Unchecked {
    fn eval(&self, builder: &mut InteractionSymbolicBuilder<Val, Challenge>) {
        Chain.eval(builder);
    }
}

impl Air<ProverConstraintFolderWithLookups<'_, Config>> for Unchecked {
    fn eval(&self, builder: &mut ProverConstraintFolderWithLookups<'_, Config>) {
        Chain.eval(builder);
    }
}

type Permutation = Poseidon2KoalaBear<24>;
type Packed = <Val as Field>::Packing;
type LeafHash = PaddingFreeSponge<Permutation, 24, 15, 9>;
type NodeHash = TruncatedPermutation<Permutation, 2, 9, 24>;
type Mmcs = MerkleTreeMmcs<Packed, Packed, LeafHash, NodeHash, 2, 9>;
type ChallengeMmcs = ExtensionMmcs<Val, Challenge, Mmcs>;
type Challenger = DuplexChallenger<Val, Permutation, 24, 15>;
type Pcs = TwoAdicFriPcs<Val, Radix2DitParallel<Val>, Mmcs, ChallengeMmcs>;
type Config = StarkConfig<Pcs, Challenge, Challenger>;

/// Whether Plonky3 proves these rows and accepts the proof.
fn theirs(rows: &Rows) -> bool {
    let permutation = default_koalabear_poseidon2_24();
    let mmcs = Mmcs::new(
        LeafHash::new(permutation.clone()),
        NodeHash::new(permutation.clone()),
        0,
    );
    let fri = Parameters::fast_insecure_for_tests().fri(ChallengeMmcs::new(mmcs.clone()));
    let pcs = Pcs::new(Radix2DitParallel::default(), mmcs, fri);
    let config = Config::new(pcs, Challenger::new(permutation));
    let instances = [StarkInstance {
        air: &Unchecked,
        trace: &rows.main,
        public_values: vec![rows.first],
    }];
    let data = ProverData::from_instances(&config, &instances).unwrap();
    // In a debug build the prover also looks whether buses balance, and nothing can be hidden from that: it panics,
    // which is a refusal too.
    let prove = || prove_batch(&config, &instances, &data).unwrap();
    let Ok(proof) = catch_unwind(AssertUnwindSafe(prove)) else {
        return false;
    };
    verify_batch(&config, &[Chain], &proof, &[vec![rows.first]], &data.common).is_ok()
}

type Key = ProvingKey<Chain, Poseidon2Hash>;

fn key() -> Key {
    let tables = vec![(Chain, RowMajorMatrix::new(Vec::new(), 0))];
    ProvingKey::new(tables, Parameters::fast_insecure_for_tests()).unwrap()
}

/// What our verifier says of the proof of these rows.
fn ours(key: &Key, rows: &Rows) -> Result<(), VerifyError> {
    let trace = Trace {
        main: rows.main.clone(),
        public_values: vec![rows.first],
    };
    let proof = prove(key, vec![trace]).unwrap();
    verify(key.verifying_key(), &[&[rows.first]], &proof, 0)
}

/// The table's rows and its public value.
struct Rows {
    main: RowMajorMatrix<Val>,
    first: Val,
}

impl Rows {
    /// Rows in which `step` says what `z` is beside `x` and `y`, and what `x` and `y` are on the next row. Here only
    /// the first rows count, there all: among those that count here, what one row sends is received by the one at the
    /// same distance from the other end, and behind them by the row itself, so that both see balanced buses.
    fn new(key: &Key, first: [Val; 2], step: impl Fn(usize, [Val; 2]) -> [Val; 3]) -> Self {
        let mut sent = Vec::new();
        let [mut x, mut y] = first;
        for row in 0..1 << LOG_HEIGHT {
            let [z, next_x, next_y] = step(row, [x, y]);
            sent.push([x, y, z, Val::from_bool(row % 3 != 2)]);
            [x, y] = [next_x, next_y];
        }
        let num_active = key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap();
        let values = sent.iter().enumerate().flat_map(|(row, cells)| {
            let sender = if row < num_active {
                num_active - 1 - row
            } else {
                row
            };
            let [their_x, _, their_z, multiplicity] = sent[sender];
            cells.iter().copied().chain([their_x, their_z, multiplicity])
        });
        Self {
            main: RowMajorMatrix::new(values.collect(), WIDTH),
            first: FIRST[0],
        }
    }

    fn cell(&mut self, row: usize, column: usize) -> &mut Val {
        &mut self.main.values[row * WIDTH + column]
    }
}

const FIRST: [Val; 2] = [Val::GENERATOR, Val::TWO];

/// The honest step.
fn step([x, y]: [Val; 2]) -> [Val; 3] {
    let z = x * x * y;
    [z, y, z]
}

fn honest(key: &Key) -> Rows {
    Rows::new(key, FIRST, |_, terms| step(terms))
}

/// Rows with one step to which this is added.
fn misstep(key: &Key, added: [Val; 3]) -> Rows {
    Rows::new(key, FIRST, |row, terms| {
        let terms = step(terms);
        core::array::from_fn(|i| terms[i] + added[i] * Val::from_bool(row == 7))
    })
}

#[test]
fn honest_rows_are_accepted_by_both() {
    let key = key();
    let rows = honest(&key);
    assert_eq!(ours(&key, &rows), Ok(()));
    assert!(theirs(&rows));
}

fn changed(key: &Key, change: impl FnOnce(&mut Rows)) -> Rows {
    let mut rows = honest(key);
    change(&mut rows);
    rows
}

/// What is forged, how, and what our verifier must say.
type Forgery = (&'static str, fn(&Key) -> Rows, VerifyError);

/// But for the first, each forgery breaks one constraint alone or the bus alone, so none that either prover left out
/// would go unnoticed.
#[test]
fn forged_rows_are_refused_by_both() {
    let constraints = VerifyError::Constraints { table: 0 };
    let forgeries: [Forgery; 8] = [
        (
            "a cell",
            |key| changed(key, |rows| *rows.cell(5, Z) += Val::ONE),
            constraints.clone(),
        ),
        (
            "a product",
            |key| misstep(key, [Val::ONE, Val::ZERO, Val::ONE]),
            constraints.clone(),
        ),
        (
            "what `x` moves on to",
            |key| misstep(key, [Val::ZERO, Val::ONE, Val::ZERO]),
            constraints.clone(),
        ),
        (
            "what `y` moves on to",
            |key| misstep(key, [Val::ZERO, Val::ZERO, Val::ONE]),
            constraints.clone(),
        ),
        (
            "a beginning that is not the public value",
            |key| Rows::new(key, [Val::TWO, Val::TWO], |_, terms| step(terms)),
            constraints.clone(),
        ),
        (
            "a selector that is no bit",
            |key| {
                changed(key, |rows| {
                    // What row 4 sends is sent and received -1 times.
                    let receiver = key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap() - 1 - 4;
                    *rows.cell(4, IS_SENT) -= Val::TWO;
                    *rows.cell(receiver, MULTIPLICITY) -= Val::TWO;
                })
            },
            constraints,
        ),
        (
            "a message that nobody sends",
            |key| changed(key, |rows| *rows.cell(9, THEIR_Z) += Val::ONE),
            VerifyError::Buses,
        ),
        (
            "a message received once more",
            |key| changed(key, |rows| *rows.cell(9, MULTIPLICITY) += Val::ONE),
            VerifyError::Buses,
        ),
    ];
    let key = key();
    for (what, forge, error) in forgeries {
        let rows = forge(&key);
        assert_eq!(ours(&key, &rows), Err(error), "{what}");
        assert!(!theirs(&rows), "{what}");
    }
}
