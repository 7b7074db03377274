//! Merkle trees that hash several rows at once without moving digests around.
//!
//! The trees are those of `p3_merkle_tree`, binary, over matrices whose heights are powers of two, and so are
//! roots, proofs and their verification. What differs is how they are built and kept: with `L` lanes, a layer
//! of `n` digests is cut into `L` runs of `n / L`, and lane `i` holds the digests of run `i`. The children of a
//! node are then neighbours in its own lane, on every layer down to `L` digests, so a whole tree is hashed
//! packed and only leaves' rows have to be turned into columns.
//!
//! The lowest layers are not kept: they are most of a tree, and the few digests of them that an opening shows are
//! computed again from the rows.

mod openings;

use alloc::vec::Vec;
use core::array::from_fn;

use p3_commit::{BatchOpening, BatchOpeningRef, Mmcs};
use p3_field::{PackedValue, PrimeCharacteristicRing};
use p3_matrix::{Dimensions, Matrix};
use p3_merkle_tree::{MerkleCap, MerkleTreeError, MerkleTreeMmcs, PrunedMerklePaths};
use p3_symmetric::{CryptographicHasher, PseudoCompressionFunction};
#[cfg(feature = "prove")]
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::field::{PackedVal, Val};
use crate::transpose::{LANES, pack_rows};

type Digest<const D: usize> = [Val; D];
type PackedDigest<const D: usize> = [PackedVal; D];

/// Plonky3's trees over `H` for rows and `C` for nodes, with digests of `D` elements.
#[derive(Clone, Debug)]
pub struct Trees<H, C, const D: usize> {
    hash: H,
    compress: C,
    verifier: MerkleTreeMmcs<PackedVal, PackedVal, H, C, 2, D>,
}

impl<H: Clone, C: Clone, const D: usize> Trees<H, C, D> {
    pub(crate) fn new(hash: H, compress: C) -> Self {
        Self {
            verifier: MerkleTreeMmcs::new(hash.clone(), compress.clone(), 0),
            hash,
            compress,
        }
    }
}

/// How many of the lowest layers are not kept.
const FORGOTTEN_LAYERS: usize = 3;

/// A tree with the matrices that it is built on.
#[derive(Debug)]
pub struct Tree<M, const D: usize> {
    matrices: Vec<M>,
    /// The first layer that is kept.
    first_kept: usize,
    /// From there on, as long as a layer fills all lanes.
    packed: Vec<Vec<PackedDigest<D>>>,
    /// From there to the root.
    rest: Vec<Vec<Digest<D>>>,
}

impl<M: Matrix<Val>, const D: usize> Tree<M, D> {
    fn log_height(&self) -> usize {
        self.first_kept + self.packed.len() + self.rest.len() - 1
    }

    /// The matrices whose rows belong to a layer.
    fn of_layer(&self, layer: usize) -> Vec<&M> {
        of_height(&self.matrices, 1 << (self.log_height() - layer))
    }

    /// The digest at a place of a layer, if it is kept.
    fn kept(&self, layer: usize, index: usize) -> Option<Digest<D>> {
        let layer = layer.checked_sub(self.first_kept)?;
        let Some(packed) = self.packed.get(layer) else {
            return Some(self.rest[layer - self.packed.len()][index]);
        };
        let (lane, place) = (index / packed.len(), index % packed.len());
        Some(packed[place].map(|element| element.extract(lane)))
    }

    /// The rows that belong to a leaf.
    fn rows(&self, leaf: usize) -> Vec<Vec<Val>> {
        let row = |matrix: &M| {
            let row = leaf >> (self.log_height() - matrix.height().ilog2() as usize);
            matrix.row(row).into_iter().flatten().collect()
        };
        self.matrices.iter().map(row).collect()
    }
}

impl<H, C, const D: usize> Trees<H, C, D>
where
    H: CryptographicHasher<Val, Digest<D>> + CryptographicHasher<PackedVal, PackedDigest<D>> + Sync,
    C: PseudoCompressionFunction<Digest<D>, 2> + PseudoCompressionFunction<PackedDigest<D>, 2> + Sync,
{
    /// The digests of rows `place`, `place + n / L`, ... of matrices of height `n`.
    fn hash_packed<M: Matrix<Val>>(
        &self,
        matrices: &[&M],
        place: usize,
        columns: &mut Vec<PackedVal>,
    ) -> PackedDigest<D> {
        columns.clear();
        for matrix in matrices {
            let (start, step) = (columns.len(), matrix.height() / LANES);
            columns.resize(start + matrix.width(), PackedVal::ZERO);
            let rows: [_; LANES] = from_fn(|lane| matrix.row_slice(lane * step + place));
            let rows = from_fn(|lane| rows[lane].as_deref().unwrap_or_default());
            pack_rows(&rows, &mut columns[start..]);
        }
        self.hash.hash_iter(columns.iter().copied())
    }

    fn hash_row<M: Matrix<Val>>(&self, matrices: &[&M], row: usize) -> Digest<D> {
        self.hash.hash_iter(
            matrices
                .iter()
                .flat_map(|matrix| matrix.row(row).into_iter().flatten()),
        )
    }

    /// The digests at a place of a layer, for all lanes, from the rows below it. `matrices` are those of each layer.
    fn packed_digest<M: Matrix<Val>>(
        &self,
        matrices: &[Vec<&M>],
        layer: usize,
        place: usize,
        columns: &mut Vec<PackedVal>,
    ) -> PackedDigest<D> {
        let node = layer.checked_sub(1).map(|below| {
            let children = [0, 1].map(|i| self.packed_digest(matrices, below, 2 * place + i, columns));
            self.compress.compress(children)
        });
        let rows = (!matrices[layer].is_empty()).then(|| self.hash_packed(&matrices[layer], place, columns));
        self.join(node, rows).unwrap_or([PackedVal::ZERO; D])
    }

    /// The digest at a place of a layer, which is computed again if it is not kept.
    fn digest<M: Matrix<Val>>(&self, tree: &Tree<M, D>, layer: usize, index: usize) -> Digest<D> {
        if let Some(digest) = tree.kept(layer, index) {
            return digest;
        }
        let node = layer.checked_sub(1).map(|below| {
            let children = [0, 1].map(|i| self.digest(tree, below, 2 * index + i));
            self.compress.compress(children)
        });
        let matrices = tree.of_layer(layer);
        let rows = (!matrices.is_empty()).then(|| self.hash_row(&matrices, index));
        self.join(node, rows).unwrap_or([Val::ZERO; D])
    }

    /// What stands at a node that may have children and rows.
    fn join<T: Copy>(&self, node: Option<T>, rows: Option<T>) -> Option<T>
    where
        C: PseudoCompressionFunction<T, 2>,
    {
        match (node, rows) {
            (Some(node), Some(rows)) => Some(self.compress.compress([node, rows])),
            (node, rows) => node.or(rows),
        }
    }

    fn build<M: Matrix<Val>>(&self, matrices: Vec<M>) -> Tree<M, D> {
        let heights = || matrices.iter().map(M::height);
        assert!(
            heights().all(usize::is_power_of_two),
            "matrices have powers of two of rows"
        );
        let height = heights().max().expect("there is a matrix to commit to");
        let of_height = |height| of_height(&matrices, height);
        // As many layers as fill all lanes; at least one of them is kept.
        let num_packed = (height / LANES).checked_ilog2().map_or(0, |log| log as usize + 1);
        let first_kept = FORGOTTEN_LAYERS.min(num_packed.saturating_sub(1));
        let mut packed: Vec<Vec<PackedDigest<D>>> = Vec::new();
        for layer in first_kept..num_packed {
            let num_places = (height / LANES) >> layer;
            let here = match packed.last() {
                None => {
                    let of_layers: Vec<Vec<&M>> =
                        (0..=layer).map(|layer| of_height(height >> layer)).collect();
                    map_places(num_places, |columns, place| {
                        self.packed_digest(&of_layers, layer, place, columns)
                    })
                }
                Some(below) => {
                    let matrices = of_height(height >> layer);
                    map_places(num_places, |columns, place| {
                        let node = self.compress.compress([below[2 * place], below[2 * place + 1]]);
                        let rows =
                            (!matrices.is_empty()).then(|| self.hash_packed(&matrices, place, columns));
                        self.join(Some(node), rows).unwrap_or([PackedVal::ZERO; D])
                    })
                }
            };
            packed.push(here);
        }
        let mut len = height >> num_packed;
        let mut rest: Vec<Vec<Digest<D>>> = Vec::new();
        while len > 0 {
            let child = |index: usize| match (rest.last(), packed.last()) {
                (Some(below), _) => Some(below[index]),
                // The last packed layer has one digest a lane.
                (None, Some(below)) => Some(below[0].map(|element| element.extract(index))),
                (None, None) => None,
            };
            let matrices = of_height(len);
            let digest = |index: usize| {
                let children = child(2 * index).zip(child(2 * index + 1));
                let node = children.map(|(left, right)| self.compress.compress([left, right]));
                let rows = (!matrices.is_empty()).then(|| self.hash_row(&matrices, index));
                self.join(node, rows).unwrap_or([Val::ZERO; D])
            };
            let layer = (0..len).map(digest).collect();
            rest.push(layer);
            len /= 2;
        }
        Tree {
            matrices,
            first_kept,
            packed,
            rest,
        }
    }
}

fn of_height<M: Matrix<Val>>(matrices: &[M], height: usize) -> Vec<&M> {
    matrices
        .iter()
        .filter(|matrix| matrix.height() == height)
        .collect()
}

/// One entry for each place, computed with some space that is used again.
#[cfg(feature = "prove")]
fn map_places<T: Send, S: Default>(len: usize, entry: impl Fn(&mut S, usize) -> T + Send + Sync) -> Vec<T> {
    /// Entries that one task computes.
    const PER_TASK: usize = 16;
    let places = (0..len).into_par_iter().with_min_len(PER_TASK);
    crate::memory::collect(places.map_init(S::default, entry))
}

/// Verifiers have no threads, and nothing to commit to.
#[cfg(not(feature = "prove"))]
fn map_places<T, S: Default>(len: usize, entry: impl Fn(&mut S, usize) -> T) -> Vec<T> {
    let mut space = S::default();
    (0..len).map(|place| entry(&mut space, place)).collect()
}

impl<H, C, const D: usize> Mmcs<Val> for Trees<H, C, D>
where
    H: CryptographicHasher<Val, Digest<D>> + CryptographicHasher<PackedVal, PackedDigest<D>> + Clone + Sync,
    C: PseudoCompressionFunction<Digest<D>, 2> + PseudoCompressionFunction<PackedDigest<D>, 2> + Clone + Sync,
    Digest<D>: Serialize + for<'de> Deserialize<'de>,
{
    type ProverData<M> = Tree<M, D>;
    type Commitment = MerkleCap<Val, Digest<D>>;
    type Proof = Vec<Digest<D>>;
    type MultiProof = PrunedMerklePaths<Val, D>;
    type Error = MerkleTreeError;

    fn commit<M: Matrix<Val>>(&self, inputs: Vec<M>) -> (Self::Commitment, Self::ProverData<M>) {
        let tree = self.build(inputs);
        (
            MerkleCap::new(alloc::vec![self.digest(&tree, tree.log_height(), 0)]),
            tree,
        )
    }

    fn open_batch<M: Matrix<Val>>(
        &self,
        index: usize,
        tree: &Self::ProverData<M>,
    ) -> BatchOpening<Val, Self> {
        let siblings = (0..tree.log_height()).map(|layer| self.digest(tree, layer, (index >> layer) ^ 1));
        BatchOpening::new(tree.rows(index), siblings.collect())
    }

    fn get_matrices<'a, M: Matrix<Val>>(&self, tree: &'a Self::ProverData<M>) -> Vec<&'a M> {
        tree.matrices.iter().collect()
    }

    fn verify_batch(
        &self,
        commit: &Self::Commitment,
        dimensions: &[Dimensions],
        index: usize,
        batch_opening: BatchOpeningRef<'_, Val, Self>,
    ) -> Result<(), Self::Error> {
        let (values, proof) = batch_opening.unpack();
        self.verifier
            .verify_batch(commit, dimensions, index, BatchOpeningRef::new(values, proof))
    }

    fn open_multi_batch<M: Matrix<Val>>(
        &self,
        indices: &[usize],
        tree: &Self::ProverData<M>,
    ) -> (Vec<Vec<Vec<Val>>>, Self::MultiProof) {
        let rows = indices.iter().map(|index| tree.rows(*index)).collect();
        let mut known = indices.to_vec();
        known.sort_unstable();
        known.dedup();
        // From each layer the siblings of what is known of it and not known themselves; then their parents are known.
        let mut siblings = Vec::new();
        for layer in 0..tree.log_height() {
            for index in &known {
                let sibling = index ^ 1;
                if known.binary_search(&sibling).is_err() {
                    siblings.push(self.digest(tree, layer, sibling));
                }
            }
            for index in &mut known {
                *index /= 2;
            }
            known.dedup();
        }
        (
            rows,
            PrunedMerklePaths {
                sibling_hashes: siblings,
            },
        )
    }

    fn verify_multi_batch<R: AsRef<[Val]> + PartialEq>(
        &self,
        commit: &Self::Commitment,
        dimensions: &[Dimensions],
        indices: &[usize],
        opened_values: &[Vec<R>],
        proof: &Self::MultiProof,
    ) -> Result<(), Self::Error> {
        let [root] = commit.roots() else {
            return Err(MerkleTreeError::CapMismatch);
        };
        self.verify_openings(root, dimensions, indices, opened_values, &proof.sibling_hashes)
    }
}

#[cfg(test)]
mod tests;
