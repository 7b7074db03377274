use alloc::vec::Vec;

use p3_commit::{CommitmentOpening, MatrixOpening, Mmcs, Pcs as PcsTrait, PointOpening};
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{Batch, open};
use crate::field::{Challenge, Val};
use crate::hash::{Hash, Poseidon2Hash};
use crate::lde::{Columns, Lde};
use crate::parameters::Parameters;
use crate::pcs::{self, Dft};

/// Widths, heights and numbers of points of the matrices of two commitments.
const SHAPES: [&[(usize, usize, usize)]; 2] = [&[(20, 7, 2), (5, 5, 1)], &[(15, 7, 1), (5, 6, 2), (3, 7, 1)]];

struct Random(ChaCha12Rng);

impl Random {
    fn element(&mut self) -> Val {
        Val::from_u32(self.0.random::<u32>() >> 2)
    }

    fn challenge(&mut self) -> Challenge {
        Challenge::from_basis_coefficients_fn(|_| self.element())
    }

    fn columns(&mut self, width: usize, log_height: usize) -> Columns {
        let mut columns = Columns::zeros(width, 1 << log_height, 1);
        for row in 0..columns.height() {
            columns.row_mut(row).fill_with(|| self.element());
        }
        columns
    }
}

/// Commits to random columns, opens them, changes what they are said to be, and lets the commitment scheme verify.
/// `corrupt` may change what is committed to.
fn accepts(
    corrupt: impl Fn(usize, usize, Lde) -> Lde,
    claim: impl Fn(&mut Vec<Vec<Vec<Vec<Challenge>>>>),
) -> bool {
    let mut random = Random(ChaCha12Rng::seed_from_u64(5));
    let parameters = Parameters::fast_insecure_for_tests();
    let (mmcs, dft) = (Poseidon2Hash::mmcs(), Dft::default());
    let points = [random.challenge(), random.challenge()];
    let mut commitments = Vec::new();
    for (batch, shapes) in SHAPES.into_iter().enumerate() {
        let extend = |(matrix, (width, log_height, _)): (usize, &(usize, usize, usize))| {
            corrupt(batch, matrix, random.columns(*width, *log_height).extend(&dft, 1))
        };
        let matrices: Vec<Lde> = shapes.iter().enumerate().map(extend).collect();
        commitments.push(mmcs.commit(matrices));
    }
    let points_of = |shapes: &[(usize, usize, usize)]| -> Vec<Vec<Challenge>> {
        shapes.iter().map(|(_, _, num)| points[..*num].to_vec()).collect()
    };
    let batches: Vec<Batch<'_, Poseidon2Hash>> = commitments
        .iter()
        .zip(SHAPES)
        .map(|((_, tree), shapes)| Batch {
            tree,
            points: points_of(shapes),
        })
        .collect();
    let (mut values, proof) = open(&parameters, &batches, &mut Poseidon2Hash::challenger());
    claim(&mut values);
    let claims = commitments
        .iter()
        .zip(SHAPES)
        .zip(values)
        .map(|(((root, _), shapes), values)| {
            let matrix = |((_, log_height, num), values): (&(usize, usize, usize), Vec<Vec<Challenge>>)| {
                MatrixOpening {
                    domain: TwoAdicMultiplicativeCoset::new(Val::ONE, *log_height).unwrap(),
                    points: points[..*num]
                        .iter()
                        .zip(values)
                        .map(|(point, values)| PointOpening {
                            point: *point,
                            values,
                        })
                        .collect(),
                }
            };
            CommitmentOpening {
                commitment: root.clone(),
                matrices: shapes.iter().zip(values).map(matrix).collect(),
            }
        });
    let scheme = pcs::new::<Poseidon2Hash>(&parameters);
    let result = PcsTrait::<Challenge, _>::verify(
        &scheme,
        claims.collect(),
        &proof,
        &mut Poseidon2Hash::challenger(),
    );
    result.is_ok()
}

#[test]
fn honest_openings_are_accepted() {
    assert!(accepts(|_, _, matrix| matrix, |_| {}));
}

#[test]
fn a_wrong_value_of_any_matrix_at_any_point_is_refused() {
    for (batch, shapes) in SHAPES.into_iter().enumerate() {
        for (matrix, (width, _, num_points)) in shapes.iter().enumerate() {
            for point in 0..*num_points {
                for column in [0, width - 1] {
                    let wrong = |values: &mut Vec<Vec<Vec<Vec<Challenge>>>>| {
                        values[batch][matrix][point][column] += Challenge::ONE;
                    };
                    assert!(
                        !accepts(|_, _, matrix| matrix, wrong),
                        "{batch}, {matrix}, {point}, {column}"
                    );
                }
            }
        }
    }
}

/// Rows that are no polynomial's of the degree bound are not what they are claimed to be anywhere: six queries find
/// that with a probability of less than one half each only, so every position is spoiled.
#[test]
fn codewords_above_the_degree_bound_are_refused() {
    for (batch, shapes) in SHAPES.into_iter().enumerate() {
        for spoiled in 0..shapes.len() {
            let corrupt = |at: usize, matrix: usize, columns: Lde| {
                if (at, matrix) != (batch, spoiled) {
                    return columns;
                }
                // As many coefficients as points, so of twice the degree.
                let mut random = Random(ChaCha12Rng::seed_from_u64(6));
                let (width, log_height) = (columns.width(), columns.height().ilog2() as usize);
                random.columns(width, log_height).evaluate(&Dft::default())
            };
            assert!(!accepts(corrupt, |_| {}), "{batch}, {spoiled}");
        }
    }
}
