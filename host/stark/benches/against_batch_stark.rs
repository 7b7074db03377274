//! One table of 2^20 rows and 48 columns, 16 constraints of degree 3 and 12 interactions of width 5, proven here
//! (hiding rows, 128 bits, Poseidon2 of width 24 and BLAKE3) and by p3-batch-stark (no hiding; degree 4 with
//! Poseidon2 of width 16, and degree 5 with width 24), in turn and in one process.
//!
//! `cargo bench --package zisk-stark --bench against_batch_stark [-- LOG_HEIGHT [RUNS]]`

mod common;

use std::time::Instant;

use p3_batch_stark::{ProverData, StarkInstance, prove_batch, verify_batch};
use p3_challenger::DuplexChallenger;
use p3_commit::ExtensionMmcs;
use p3_dft::Radix2DitParallel;
use p3_field::Field;
use p3_field::extension::BinomialExtensionField;
use p3_fri::{FriParameters, TwoAdicFriPcs};
use p3_koala_bear::{Poseidon2KoalaBear, default_koalabear_poseidon2_16, default_koalabear_poseidon2_24};
use p3_matrix::dense::RowMajorMatrix;
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};
use p3_uni_stark::StarkConfig;
use zisk_stark::{Blake3Hash, Challenge, Hash, Parameters, Poseidon2Hash, Val, prove, verify};

use common::{NUM_CONSTRAINTS, NUM_INTERACTIONS, Products, WIDTH};

/// Proves once; gives the seconds that it took.
type Prover = fn(&RowMajorMatrix<Val>) -> f64;

/// Seconds that proving takes here.
fn ours<H: Hash>(rows: &RowMajorMatrix<Val>) -> f64 {
    let key = common::key::<H>();
    let traces = common::trace(rows);
    let start = Instant::now();
    let proof = prove(&key, traces).expect("the trace has the table's shape");
    let seconds = start.elapsed().as_secs_f64();
    verify(key.verifying_key(), &[&[]], &proof, 128).expect("the proof verifies");
    seconds
}

/// The parameters that give as many queries there as here.
fn fri<M>(mmcs: M) -> FriParameters<M> {
    Parameters::standard().fri(mmcs)
}

macro_rules! batch_stark {
    ($name:ident, $extension:ty, $permutation:ident, $width:literal, $rate:literal, $digest:literal) => {
        /// Seconds that proving takes p3-batch-stark.
        fn $name(rows: &RowMajorMatrix<Val>) -> f64 {
            type Permutation = Poseidon2KoalaBear<$width>;
            type Packed = <Val as Field>::Packing;
            type LeafHash = PaddingFreeSponge<Permutation, $width, $rate, $digest>;
            type NodeHash = TruncatedPermutation<Permutation, 2, $digest, $width>;
            type Mmcs = MerkleTreeMmcs<Packed, Packed, LeafHash, NodeHash, 2, $digest>;
            type ChallengeMmcs = ExtensionMmcs<Val, $extension, Mmcs>;
            type Challenger = DuplexChallenger<Val, Permutation, $width, $rate>;
            type Pcs = TwoAdicFriPcs<Val, Radix2DitParallel<Val>, Mmcs, ChallengeMmcs>;
            type Config = StarkConfig<Pcs, $extension, Challenger>;

            let permutation = $permutation();
            let mmcs = Mmcs::new(
                LeafHash::new(permutation.clone()),
                NodeHash::new(permutation.clone()),
                0,
            );
            let pcs = Pcs::new(
                Radix2DitParallel::default(),
                mmcs.clone(),
                fri(ChallengeMmcs::new(mmcs)),
            );
            let config = Config::new(pcs, Challenger::new(permutation));
            let air = Products;
            let instances = [StarkInstance {
                air: &air,
                trace: rows,
                public_values: Vec::new(),
            }];
            let data = ProverData::from_instances(&config, &instances).expect("the table is well formed");
            let start = Instant::now();
            let proof = prove_batch(&config, &instances, &data).expect("the trace has the table's shape");
            let seconds = start.elapsed().as_secs_f64();
            verify_batch(&config, &[air], &proof, &[Vec::new()], &data.common).expect("the proof verifies");
            seconds
        }
    };
}

batch_stark!(usual, BinomialExtensionField<Val, 4>, default_koalabear_poseidon2_16, 16, 8, 8);
batch_stark!(like_ours, Challenge, default_koalabear_poseidon2_24, 24, 15, 9);

#[allow(clippy::print_stdout, reason = "a bench reports")]
fn main() {
    // SAFETY: nothing runs beside this yet.
    unsafe { zisk_stark::keep_freed_memory() };
    let numbers: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let log_height = numbers.first().copied().unwrap_or(20);
    let num_runs = numbers.get(1).copied().unwrap_or(3);
    let rows = common::rows(log_height);
    let provers: [(&str, Prover); 4] = [
        ("here, Poseidon2", ours::<Poseidon2Hash>),
        ("here, BLAKE3", ours::<Blake3Hash>),
        ("p3-batch-stark, usual", usual),
        ("p3-batch-stark, like ours", like_ours),
    ];
    let mut seconds = [const { Vec::new() }; 4];
    for _ in 0..num_runs {
        for ((_, prover), seconds) in provers.iter().zip(&mut seconds) {
            seconds.push(prover(&rows));
        }
    }
    println!(
        "2^{log_height} rows x {WIDTH} columns, {NUM_CONSTRAINTS} constraints, {NUM_INTERACTIONS} interactions"
    );
    for ((name, _), seconds) in provers.iter().zip(&mut seconds) {
        seconds.sort_by(f64::total_cmp);
        println!(
            "{name:<28} {:6.2} s (median of {num_runs})",
            seconds[num_runs / 2]
        );
    }
}
