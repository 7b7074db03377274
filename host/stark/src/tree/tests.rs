use alloc::vec::Vec;

use p3_commit::{BatchOpeningRef, Mmcs};
use p3_field::PrimeCharacteristicRing;
use p3_koala_bear::default_koalabear_poseidon2_24;
use p3_matrix::dense::RowMajorMatrix;
use p3_matrix::{Dimensions, Matrix};
use p3_merkle_tree::{MerkleTreeMmcs, PrunedMerklePaths};
use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::field::{PackedVal, Val};
use crate::hash::{Hash, Poseidon2Hash};

type Permutation = p3_koala_bear::Poseidon2KoalaBear<24>;
type Theirs = MerkleTreeMmcs<
    PackedVal,
    PackedVal,
    PaddingFreeSponge<Permutation, 24, 15, 9>,
    TruncatedPermutation<Permutation, 2, 9, 24>,
    2,
    9,
>;

fn theirs() -> Theirs {
    let permutation = default_koalabear_poseidon2_24();
    Theirs::new(
        PaddingFreeSponge::new(permutation.clone()),
        TruncatedPermutation::new(permutation),
        0,
    )
}

fn matrices(shapes: &[(usize, usize)]) -> Vec<RowMajorMatrix<Val>> {
    let mut rng = ChaCha12Rng::seed_from_u64(shapes.len() as u64);
    let random = |(width, log_height): &(usize, usize)| {
        let cells = (0..*width << log_height).map(|_| Val::from_u32(rng.random::<u32>() >> 2));
        RowMajorMatrix::new(cells.collect(), *width)
    };
    shapes.iter().map(random).collect()
}

/// Widths and heights from a single row to several layers beyond all lanes, equal and mixed, in and out of order.
const SHAPES: [&[(usize, usize)]; 8] = [
    &[(3, 0)],
    &[(1, 1)],
    &[(20, 4)],
    &[(48, 9)],
    &[(5, 7), (17, 7)],
    &[(5, 3), (7, 9), (16, 6), (1, 0)],
    &[(5, 9), (7, 5), (30, 5), (2, 4)],
    &[(2, 2), (2, 1), (2, 0)],
];

#[test]
fn trees_are_plonky3s() {
    for shapes in SHAPES {
        let (root, tree) = Poseidon2Hash::mmcs().commit(matrices(shapes));
        let (their_root, their_tree) = theirs().commit(matrices(shapes));
        assert_eq!(root, their_root, "{shapes:?}");
        let height = 1 << shapes.iter().map(|(_, log_height)| *log_height).max().unwrap();
        let indices: Vec<usize> = [0, 1, height / 2, height - 1, 5, 77, 78, 5]
            .map(|index| index % height)
            .into();
        let opened = Poseidon2Hash::mmcs().open_multi_batch(&indices, &tree);
        let their_opened = theirs().open_multi_batch(&indices, &their_tree);
        assert_eq!(opened.0, their_opened.0, "{shapes:?}");
        assert_eq!(
            opened.1.sibling_hashes, their_opened.1.sibling_hashes,
            "{shapes:?}"
        );
        for index in indices {
            let one = Poseidon2Hash::mmcs().open_batch(index, &tree);
            let their_one = theirs().open_batch(index, &their_tree);
            assert_eq!(one.opened_values, their_one.opened_values, "{shapes:?}");
            assert_eq!(one.opening_proof, their_one.opening_proof, "{shapes:?}");
        }
    }
}

/// Every shape, verified here and by Plonky3: as it is, and with each cell and each sibling changed in turn.
#[test]
fn openings_verify_as_with_plonky3() {
    for shapes in SHAPES {
        let (root, tree) = Poseidon2Hash::mmcs().commit(matrices(shapes));
        let dimensions: Vec<Dimensions> = shapes
            .iter()
            .map(|(width, log_height)| Dimensions {
                width: *width,
                height: 1 << log_height,
            })
            .collect();
        let height = dimensions.iter().map(|one| one.height).max().unwrap();
        let indices: Vec<usize> = (0..20).map(|i| (i * i * 7 + 3) % height).collect();
        let (rows, proof) = Poseidon2Hash::mmcs().open_multi_batch(&indices, &tree);
        let verifies = |rows: &[Vec<Vec<Val>>], proof: &PrunedMerklePaths<Val, 9>| {
            let ours = Poseidon2Hash::mmcs().verify_multi_batch(&root, &dimensions, &indices, rows, proof);
            let theirs = theirs().verify_multi_batch(&root, &dimensions, &indices, rows, proof);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{shapes:?}: {ours:?}, {theirs:?}");
            ours.is_ok()
        };
        assert!(verifies(&rows, &proof), "{shapes:?}");
        for (query, of_query) in rows.iter().enumerate() {
            for matrix in 0..of_query.len() {
                let mut rows = rows.clone();
                rows[query][matrix][0] += Val::ONE;
                assert!(
                    !verifies(&rows, &proof),
                    "{shapes:?}: query {query}, matrix {matrix}"
                );
            }
        }
        for sibling in 0..proof.sibling_hashes.len() {
            let mut proof = proof.clone();
            proof.sibling_hashes[sibling][0] += Val::ONE;
            assert!(!verifies(&rows, &proof), "{shapes:?}: sibling {sibling}");
        }
    }
}

/// Two openings that share a row, at the bottom and further up: only one of them is hashed, so both must be looked at.
#[test]
fn openings_of_one_row_must_agree() {
    let mmcs = Poseidon2Hash::mmcs();
    let shapes = [(3, 6), (2, 3)];
    let (root, tree) = mmcs.commit(matrices(&shapes));
    let dimensions = shapes.map(|(width, log_height)| Dimensions {
        width,
        height: 1 << log_height,
    });
    for (indices, matrix) in [([9, 9], 0), ([8, 15], 1)] {
        let (rows, proof) = mmcs.open_multi_batch(&indices, &tree);
        assert!(
            mmcs.verify_multi_batch(&root, &dimensions, &indices, &rows, &proof)
                .is_ok()
        );
        for query in 0..2 {
            let mut rows = rows.clone();
            rows[query][matrix][0] += Val::ONE;
            let refused = mmcs.verify_multi_batch(&root, &dimensions, &indices, &rows, &proof);
            assert!(refused.is_err(), "query {query} of {indices:?}");
        }
    }
}

#[test]
fn openings_beyond_the_tree_are_errors() {
    let mmcs = Poseidon2Hash::mmcs();
    let (root, tree) = mmcs.commit(matrices(&[(3, 4)]));
    let (rows, proof) = mmcs.open_multi_batch(&[5], &tree);
    let check = |height, indices: &[usize]| {
        let dimensions = [Dimensions { width: 3, height }];
        mmcs.verify_multi_batch(&root, &dimensions, indices, &rows, &proof)
    };
    assert!(check(16, &[5]).is_ok());
    for (height, indices) in [
        (16, &[16][..]),
        (16, &[usize::MAX]),
        (15, &[5]),
        (0, &[5]),
        (8, &[5]),
        (32, &[5]),
    ] {
        assert!(check(height, indices).is_err(), "{indices:?} of {height}");
    }
    assert!(mmcs.verify_multi_batch(&root, &[], &[5], &rows, &proof).is_err());
}

type Change = (&'static str, fn(&mut Vec<Vec<Vec<Val>>>));

/// What a cheat may do to an opening of two matrices of one height and a shorter one.
#[test]
fn changed_openings_are_refused() {
    let mmcs = Poseidon2Hash::mmcs();
    let shapes = [(3, 6), (4, 6), (2, 3)];
    let (root, tree) = mmcs.commit(matrices(&shapes));
    let dimensions = shapes.map(|(width, log_height)| Dimensions {
        width,
        height: 1 << log_height,
    });
    let indices = [9, 22, 40];
    let (rows, proof) = mmcs.open_multi_batch(&indices, &tree);
    let check = |rows: &[Vec<Vec<Val>>], proof: &PrunedMerklePaths<Val, 9>| {
        mmcs.verify_multi_batch(&root, &dimensions, &indices, rows, proof)
    };
    assert!(check(&rows, &proof).is_ok());

    let changes: [Change; 7] = [
        ("a value", |rows| rows[1][0][2] += Val::ONE),
        ("an element moved between matrices of one height", |rows| {
            let moved = rows[0][1].remove(0);
            rows[0][0].push(moved);
        }),
        ("a row dropped", |rows| rows[0][1].truncate(3)),
        ("a row lengthened", |rows| rows[2][2].push(Val::ZERO)),
        ("a matrix dropped", |rows| drop(rows[0].pop())),
        ("two queries swapped", |rows| rows.swap(0, 1)),
        ("a query dropped", |rows| drop(rows.pop())),
    ];
    for (what, change) in changes {
        let mut rows = rows.clone();
        change(&mut rows);
        assert!(check(&rows, &proof).is_err(), "{what}");
    }
    for (what, change) in [
        (
            "siblings swapped",
            (|hashes| hashes.swap(0, 1)) as fn(&mut Vec<[Val; 9]>),
        ),
        ("a path truncated", |hashes| hashes.truncate(5)),
        ("a path lengthened", |hashes| hashes.push([Val::ZERO; 9])),
        ("a digest changed", |hashes| hashes[3][8] += Val::ONE),
    ] {
        let mut proof = proof.clone();
        change(&mut proof.sibling_hashes);
        assert!(check(&rows, &proof).is_err(), "{what}");
    }
    let one = mmcs.open_batch(9, &tree);
    let opening = BatchOpeningRef::new(&one.opened_values, &one.opening_proof);
    assert!(mmcs.verify_batch(&root, &dimensions, 9, opening).is_ok());
    let opening = BatchOpeningRef::new(&one.opened_values, &one.opening_proof);
    assert!(mmcs.verify_batch(&root, &dimensions, 10, opening).is_err());
    assert_eq!(
        mmcs.get_matrices(&tree)
            .iter()
            .map(|matrix| matrix.height())
            .sum::<usize>(),
        136
    );
}
