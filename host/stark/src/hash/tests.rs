use alloc::vec;
use alloc::vec::Vec;

use p3_challenger::{CanObserve, CanSample, FieldChallenger};
use p3_commit::{BatchOpeningRef, CommitmentOpening, MatrixOpening, Mmcs, OpeningRequest, Pcs, PointOpening};
use p3_dft::Radix2DitParallel;
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_fri::TwoAdicFriPcs;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_symmetric::MerkleCap;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::Parameters;

type Dft = Radix2DitParallel<Val>;
type Commit<H> = TwoAdicFriPcs<Val, Dft, <H as Hash>::Mmcs, ChallengeMmcs<H>>;
type Domain = TwoAdicMultiplicativeCoset<Val>;
type Proof<H> = <Commit<H> as Pcs<Challenge, <H as Hash>::Challenger>>::Proof;
/// Changes the rows opened at one position, one row for each matrix.
type SpoilRows = fn(&mut Vec<Vec<Val>>);
type SpoilProof<H> = fn(&mut Proof<H>);
type Claims<H> = Vec<CommitmentOpening<Challenge, Commitment<H>, Domain>>;

/// Runs a test once for each hash.
macro_rules! for_each_hash {
    ($($name:ident),* $(,)?) => {
        mod poseidon2 {
            $(#[test] fn $name() { super::$name::<super::Poseidon2Hash>(); })*
        }
        #[cfg(feature = "blake3")]
        mod blake3 {
            $(#[test] fn $name() { super::$name::<super::Blake3Hash>(); })*
        }
    };
}

for_each_hash!(
    many_rows_open_with_one_short_proof,
    rows_verify_only_where_and_as_they_were_committed,
    an_opening_verifies,
    an_opening_of_other_values_is_rejected,
    a_changed_opening_is_rejected,
    an_opening_for_other_parameters_is_rejected,
    absorbing_is_injective,
    absorbing_after_sampling_is_something_else,
    calls_are_not_told_apart,
);

/// Matrices of three heights, wider than the rate, as a table set has them.
fn matrices(rng: &mut SmallRng) -> Vec<RowMajorMatrix<Val>> {
    [(64, 33), (64, 2), (16, 7), (8, 1)]
        .map(|(height, width)| RowMajorMatrix::rand(rng, height, width))
        .into()
}

fn many_rows_open_with_one_short_proof<H: Hash>() {
    let matrices = matrices(&mut SmallRng::seed_from_u64(1));
    let mmcs = H::mmcs();
    let (root, data) = mmcs.commit(matrices.clone());
    let dimensions: Vec<_> = matrices.iter().map(Matrix::dimensions).collect();
    // In no order, with a repetition, with neighbours.
    let indices = [17, 3, 63, 17, 2, 0];

    let (rows, proof) = mmcs.open_multi_batch(&indices, &data);
    mmcs.verify_multi_batch(&root, &dimensions, &indices, &rows, &proof)
        .unwrap();
    assert_eq!(rows[0][2], matrices[2].row_slice(17 >> 2).unwrap().to_vec());

    let mut separate = 0;
    for &index in &indices {
        let opening = mmcs.open_batch(index, &data);
        mmcs.verify_batch(&root, &dimensions, index, BatchOpeningRef::from(&opening))
            .unwrap();
        separate += postcard::to_allocvec(&opening.opening_proof).unwrap().len();
    }
    let shared = postcard::to_allocvec(&proof).unwrap().len();
    assert!(shared * 3 < separate * 2, "{shared} against {separate} bytes");
}

fn rows_verify_only_where_and_as_they_were_committed<H: Hash>() {
    let matrices = matrices(&mut SmallRng::seed_from_u64(2));
    let mmcs = H::mmcs();
    let (root, data) = mmcs.commit(matrices.clone());
    let dimensions: Vec<_> = matrices.iter().map(Matrix::dimensions).collect();
    let indices = [5, 40];
    let (rows, proof) = mmcs.open_multi_batch(&indices, &data);
    let accepts = |indices: &[usize], rows: &[Vec<Vec<Val>>]| {
        mmcs.verify_multi_batch(&root, &dimensions, indices, rows, &proof)
            .is_ok()
    };
    assert!(accepts(&indices, &rows));
    assert!(!accepts(&[5, 41], &rows), "another position");
    assert!(!accepts(&[5], &rows[..1]), "fewer positions");

    let spoilt: [(SpoilRows, &str); 6] = [
        (|row| row[0][32] += Val::ONE, "a value changed"),
        (|row| row[3][0] += Val::ONE, "a value of a short matrix changed"),
        (|row| row[1].truncate(1), "a row shortened"),
        (|row| row[1].push(Val::ZERO), "a row lengthened"),
        (|row| drop(row.pop()), "a matrix dropped"),
        (
            |row| {
                let moved = row[0].pop().unwrap();
                row[1].insert(0, moved);
            },
            "a value moved into the next matrix of the same height",
        ),
    ];
    for (spoil, what) in spoilt {
        for query in 0..indices.len() {
            let mut rows = rows.clone();
            spoil(&mut rows[query]);
            assert!(!accepts(&indices, &rows), "{what}");
        }
    }
}

#[test]
fn a_commitment_with_more_roots_is_told_apart() {
    fn check<H: Hash<Mmcs: Mmcs<Val, Commitment = MerkleCap<Val, D>>>, D: Clone>() {
        let (commitment, _) = H::mmcs().commit(matrices(&mut SmallRng::seed_from_u64(5)));
        assert!(H::has_one_root(&commitment));
        let root = commitment[0].clone();
        assert!(!H::has_one_root(&MerkleCap::new(vec![root.clone(), root])));
    }
    check::<Poseidon2Hash, [Val; 9]>();
    #[cfg(feature = "blake3")]
    check::<Blake3Hash, [u8; 32]>();
}

/// A proof that two commitments hold polynomials with the claimed values, the first over mixed heights.
struct Opening<H: Hash> {
    claims: Claims<H>,
    proof: Proof<H>,
}

fn pcs<H: Hash>(parameters: &Parameters) -> Commit<H> {
    TwoAdicFriPcs::new(Dft::default(), H::mmcs(), parameters.fri(H::challenge_mmcs()))
}

fn domain(height: usize) -> Domain {
    TwoAdicMultiplicativeCoset::new(Val::ONE, height.ilog2() as usize).unwrap()
}

/// The transcript up to the opening: the roots, then the point.
fn point<'a, H: Hash>(
    challenger: &mut H::Challenger,
    roots: impl Iterator<Item = &'a Commitment<H>>,
) -> Challenge {
    roots.for_each(|root| challenger.observe(root.clone()));
    challenger.sample_algebra_element()
}

impl<H: Hash> Opening<H> {
    fn new(parameters: &Parameters) -> Self {
        let mut rng = SmallRng::seed_from_u64(3);
        let pcs = pcs::<H>(parameters);
        let groups = [matrices(&mut rng), vec![RowMajorMatrix::rand(&mut rng, 16, 3)]];
        let committed = groups.each_ref().map(|group| {
            let evaluations = group
                .iter()
                .map(|matrix| (domain(matrix.height()), matrix.clone()));
            <Commit<H> as Pcs<Challenge, H::Challenger>>::commit(&pcs, evaluations).unwrap()
        });
        let mut challenger = H::challenger();
        let zeta = point::<H>(&mut challenger, committed.iter().map(|(root, _)| root));
        // The first group at two points, the second at one.
        let points = [vec![zeta, zeta.double()], vec![zeta]];
        let requests = committed
            .iter()
            .zip(&groups)
            .zip(&points)
            .map(|(((_, data), group), points)| OpeningRequest {
                prover_data: data,
                points: vec![points.clone(); group.len()],
            })
            .collect();
        let (values, proof) = pcs.open(requests, &mut challenger).unwrap();
        let claims = committed
            .into_iter()
            .zip(&groups)
            .zip(&points)
            .zip(values)
            .map(|((((commitment, _), group), points), values)| CommitmentOpening {
                commitment,
                matrices: group
                    .iter()
                    .zip(values)
                    .map(|(matrix, values)| MatrixOpening {
                        domain: domain(matrix.height()),
                        points: points
                            .iter()
                            .zip(values)
                            .map(|(&point, values)| PointOpening { point, values })
                            .collect(),
                    })
                    .collect(),
            })
            .collect();
        Self { claims, proof }
    }

    fn verifies(&self, parameters: &Parameters) -> bool {
        let mut challenger = H::challenger();
        let zeta = point::<H>(&mut challenger, self.claims.iter().map(|claim| &claim.commitment));
        let same_point = zeta == self.claims[0].matrices[0].points[0].point;
        let verified = pcs::<H>(parameters).verify(self.claims.clone(), &self.proof, &mut challenger);
        same_point && verified.is_ok()
    }
}

fn an_opening_verifies<H: Hash>() {
    let parameters = Parameters::fast_insecure_for_tests();
    assert!(Opening::<H>::new(&parameters).verifies(&parameters));
}

fn an_opening_of_other_values_is_rejected<H: Hash>() {
    let parameters = Parameters::fast_insecure_for_tests();
    let honest = Opening::<H>::new(&parameters);
    for group in 0..honest.claims.len() {
        for matrix in 0..honest.claims[group].matrices.len() {
            for point in 0..honest.claims[group].matrices[matrix].points.len() {
                let mut claims = honest.claims.clone();
                claims[group].matrices[matrix].points[point].values[0] += Challenge::ONE;
                let opening = Opening::<H> {
                    claims,
                    proof: honest.proof.clone(),
                };
                assert!(
                    !opening.verifies(&parameters),
                    "group {group}, matrix {matrix}, point {point}"
                );
            }
        }
    }
}

fn a_changed_opening_is_rejected<H: Hash>() {
    let parameters = Parameters::fast_insecure_for_tests();
    let honest = Opening::<H>::new(&parameters);
    let spoilt: Vec<(&str, SpoilProof<H>)> = vec![
        ("a row", |p| {
            p.input_openings[0].opened_values[1][2][0] += Val::ONE;
        }),
        ("a query's rows missing", |p| {
            drop(p.input_openings[0].opened_values.pop());
        }),
        ("a row missing", |p| {
            drop(p.input_openings[0].opened_values[0].pop());
        }),
        ("a row too long", |p| {
            p.input_openings[0].opened_values[0][0].push(Val::ZERO);
        }),
        ("a group missing", |p| drop(p.input_openings.pop())),
        ("a fold's value", |p| {
            p.commit_phase_openings[0].sibling_values[0][0] += Challenge::ONE;
        }),
        ("a fold's values too few", |p| {
            p.commit_phase_openings[0].sibling_values[0].truncate(1);
        }),
        ("a fold's query missing", |p| {
            drop(p.commit_phase_openings[0].sibling_values.pop());
        }),
        ("a fold missing", |p| drop(p.commit_phase_openings.pop())),
        ("a fold's root missing", |p| drop(p.commit_phase_commits.pop())),
        ("a fold's root repeated", |p| {
            p.commit_phase_commits.push(p.commit_phase_commits[0].clone());
        }),
        ("the final polynomial", |p| p.final_poly[0] += Challenge::ONE),
        ("the final polynomial longer", |p| {
            p.final_poly.push(Challenge::ZERO);
        }),
        ("the final polynomial shorter", |p| p.final_poly.truncate(3)),
        ("a fold's work missing", |p| p.commit_pow_witnesses.truncate(1)),
        ("a fold's work repeated", |p| {
            p.commit_pow_witnesses.push(Val::ZERO);
        }),
    ];
    for (what, spoil) in spoilt {
        let mut proof = honest.proof.clone();
        spoil(&mut proof);
        let opening = Opening::<H> {
            claims: honest.claims.clone(),
            proof,
        };
        assert!(!opening.verifies(&parameters), "{what}");
    }
}

fn an_opening_for_other_parameters_is_rejected<H: Hash>() {
    type Change = fn(&mut Parameters);
    let parameters = Parameters::fast_insecure_for_tests();
    let honest = Opening::<H>::new(&parameters);
    let changes: [Change; 7] = [
        |p| p.log_blowup += 1,
        |p| p.num_queries -= 1,
        |p| p.log_final_poly_len -= 1,
        |p| p.max_log_arity -= 1,
        |p| p.grinding.batch -= 1,
        |p| p.grinding.fold -= 1,
        |p| p.grinding.query -= 1,
    ];
    for change in changes {
        let mut other = parameters.clone();
        change(&mut other);
        assert!(!honest.verifies(&other), "{other:?}");
    }
}

fn challenge_after<H: Hash>(values: &[Val]) -> Challenge {
    let mut challenger = H::challenger();
    challenger.observe_slice(values);
    challenger.sample_algebra_element()
}

/// Every prefix and every extension by zeros of one sequence, over several times the rate.
fn absorbing_is_injective<H: Hash>() {
    let mut rng = SmallRng::seed_from_u64(4);
    let values: Vec<Val> = (0..50).map(|_| rng.random()).collect();
    let zeros = [Val::ZERO; 33];
    let mut challenges = Vec::new();
    for length in 0..=values.len() {
        challenges.push(challenge_after::<H>(&values[..length]));
        let longest = [&values[..length], &zeros[..]].concat();
        challenges.extend((1..=zeros.len()).map(|n| challenge_after::<H>(&longest[..length + n])));
    }
    challenges.extend((1..=zeros.len()).map(|n| challenge_after::<H>(&[Val::ONE; 33][..n])));
    for (i, challenge) in challenges.iter().enumerate() {
        assert!(!challenges[..i].contains(challenge), "sequence {i} collides");
    }
}

fn absorbing_after_sampling_is_something_else<H: Hash>() {
    let (first, second) = ([Val::ONE, Val::TWO], [Val::TWO, Val::ONE]);
    let mut challenger = H::challenger();
    challenger.observe_slice(&first);
    let early: Challenge = challenger.sample_algebra_element();
    challenger.observe_slice(&second);
    let late: Challenge = challenger.sample_algebra_element();
    assert_ne!(early, late);
    assert_ne!(late, challenge_after::<H>(&[first, second].concat()));
}

/// What the contract of [`Hash`] says it does not do, so that whoever relies on lengths being seen finds out.
fn calls_are_not_told_apart<H: Hash>() {
    let values = [Val::ONE, Val::TWO, Val::TWO];
    let mut challenger = H::challenger();
    challenger.observe_slice(&values[..1]);
    challenger.observe_slice(&values[1..]);
    let split: Challenge = challenger.sample_algebra_element();
    assert_eq!(split, challenge_after::<H>(&values));
}

/// A change of constants or of encoding makes every proof ever made unreadable: it must be a decision.
#[test]
fn the_first_challenge_of_each_hash_is_pinned() {
    fn first<H: Hash>() -> u32 {
        let mut challenger = H::challenger();
        challenger.observe_slice(&[1, 2, 3].map(Val::from_u32));
        let challenge: Val = challenger.sample();
        challenge.as_canonical_u32()
    }
    assert_eq!(first::<Poseidon2Hash>(), 1164901781);
    #[cfg(feature = "blake3")]
    assert_eq!(first::<Blake3Hash>(), 754268666);
}
