//! Verification of many openings of one tree, as many at once as fill a packed value.
//!
//! The walk is that of `p3_merkle_tree`, layer by layer over what is known of each: from the openings' rows to the
//! root, with siblings from the proof where nothing below them was opened. Whoever asked chose the indices, so there is
//! one way to walk, and a proof has exactly the siblings that it takes.

use alloc::vec::Vec;
use core::array::from_fn;

use p3_field::{PackedValue, PrimeCharacteristicRing};
use p3_matrix::Dimensions;
use p3_merkle_tree::{MerkleTreeError, PrunedProofError};
use p3_symmetric::{CryptographicHasher, PseudoCompressionFunction};

use super::{Digest, PackedDigest, Trees};
use crate::field::{PackedVal, Val};
use crate::transpose::{LANES, pack_rows};

/// A node of which the digest is known.
#[derive(Clone, Copy)]
struct Node<const D: usize> {
    index: usize,
    digest: Digest<D>,
    /// The first of the openings below it, in the order of their indices.
    first: usize,
}

/// The base-two logarithm of the tallest matrix's height.
fn log_height(dimensions: &[Dimensions]) -> Result<usize, MerkleTreeError> {
    let max_height = dimensions.iter().map(|one| one.height).max();
    let max_height = max_height.ok_or(MerkleTreeError::EmptyBatch)?;
    for Dimensions { height, .. } in dimensions {
        if !height.is_power_of_two() {
            return Err(MerkleTreeError::IncompatibleHeights {
                height: *height,
                max_height,
                expected_height: height.next_power_of_two(),
                bits_reduced: 0,
            });
        }
    }
    Ok(max_height.ilog2() as usize)
}

/// Whether all openings are of one row of each matrix, and within the tallest.
fn check_shapes<R: AsRef<[Val]>>(
    dimensions: &[Dimensions],
    indices: &[usize],
    opened_values: &[Vec<R>],
    max_height: usize,
) -> Result<(), MerkleTreeError> {
    let same_len = |expected: usize, got: usize| {
        if expected == got {
            Ok(())
        } else {
            Err(MerkleTreeError::WrongBatchSize { expected, got })
        }
    };
    same_len(indices.len(), opened_values.len())?;
    if let Some(index) = indices.iter().find(|index| **index >= max_height) {
        return Err(MerkleTreeError::IndexOutOfBounds {
            max_height,
            index: *index,
        });
    }
    for rows in opened_values {
        same_len(dimensions.len(), rows.len())?;
        for (matrix, (row, of_matrix)) in rows.iter().zip(dimensions).enumerate() {
            let (expected, got) = (of_matrix.width, row.as_ref().len());
            if expected != got {
                return Err(MerkleTreeError::WrongWidth {
                    matrix,
                    expected,
                    got,
                });
            }
        }
    }
    Ok(())
}

impl<H, C, const D: usize> Trees<H, C, D>
where
    H: CryptographicHasher<Val, Digest<D>> + CryptographicHasher<PackedVal, PackedDigest<D>>,
    C: PseudoCompressionFunction<Digest<D>, 2> + PseudoCompressionFunction<PackedDigest<D>, 2>,
{
    /// Whether rows stand at these indices of matrices that were committed to with this root.
    pub(super) fn verify_openings<R: AsRef<[Val]> + PartialEq>(
        &self,
        root: &Digest<D>,
        dimensions: &[Dimensions],
        indices: &[usize],
        opened_values: &[Vec<R>],
        siblings: &[Digest<D>],
    ) -> Result<(), MerkleTreeError> {
        let log_height = log_height(dimensions)?;
        check_shapes(dimensions, indices, opened_values, 1 << log_height)?;
        let of_height = |log_height: usize| {
            let all = dimensions.iter().enumerate();
            let of_height = all.filter(move |(_, one)| one.height == 1 << log_height);
            of_height.map(|(matrix, _)| matrix).collect::<Vec<usize>>()
        };
        // By index. Openings below a node follow each other, on every layer.
        let mut openings: Vec<(usize, &[R])> = indices
            .iter()
            .copied()
            .zip(opened_values.iter().map(Vec::as_slice))
            .collect();
        openings.sort_by_key(|(index, _)| *index);

        let mut nodes = self.hash_openings(&openings, 0, &of_height(log_height))?;
        let mut siblings_left = siblings.iter();
        for layer in 1..=log_height {
            let mut next = siblings_left.by_ref().copied();
            let parents = parents(&nodes, &mut next).ok_or(PrunedProofError::SiblingCountMismatch {
                expected: siblings.len() + 1,
                got: siblings.len(),
            })?;
            let children: Vec<[Digest<D>; 2]> = parents.iter().map(|(_, children)| *children).collect();
            let mut digests = self.compress_all(&children);
            let matrices = of_height(log_height - layer);
            if !matrices.is_empty() {
                let rows = self.hash_openings(&openings, layer, &matrices)?;
                let pairs = digests.iter().zip(&rows).map(|(node, rows)| [*node, rows.digest]);
                digests = self.compress_all(&pairs.collect::<Vec<_>>());
            }
            nodes = parents
                .iter()
                .zip(digests)
                .map(|((node, _), digest)| Node { digest, ..*node })
                .collect();
        }
        let num_left = siblings_left.len();
        if num_left > 0 {
            let got = siblings.len();
            return Err(PrunedProofError::SiblingCountMismatch {
                expected: got - num_left,
                got,
            }
            .into());
        }
        if nodes.iter().all(|node| node.digest == *root) {
            Ok(())
        } else {
            Err(MerkleTreeError::CapMismatch)
        }
    }

    /// The digests of the rows that belong to a layer, one for each of its nodes that an opening lies below. All
    /// openings below it must have the same rows.
    fn hash_openings<R: AsRef<[Val]> + PartialEq>(
        &self,
        openings: &[(usize, &[R])],
        layer: usize,
        matrices: &[usize],
    ) -> Result<Vec<Node<D>>, MerkleTreeError> {
        let mut nodes: Vec<Node<D>> = Vec::new();
        for (slot, (index, rows)) in openings.iter().enumerate() {
            let index = index >> layer;
            match nodes.last() {
                Some(node) if node.index == index => {
                    let (_, first) = openings[node.first];
                    if let Some(matrix) = matrices.iter().find(|matrix| rows[**matrix] != first[**matrix]) {
                        let matrix = *matrix;
                        return Err(PrunedProofError::InconsistentGroupOpening { slot, matrix }.into());
                    }
                }
                _ => nodes.push(Node {
                    index,
                    digest: [Val::ZERO; D],
                    first: slot,
                }),
            }
        }
        let mut columns = Vec::new();
        for nodes in nodes.chunks_mut(LANES) {
            columns.clear();
            for matrix in matrices {
                // What fills up the lanes is hashed, and dropped.
                let rows: [&[Val]; LANES] = from_fn(|lane| {
                    let node = nodes.get(lane).unwrap_or(&nodes[0]);
                    openings[node.first].1[*matrix].as_ref()
                });
                let start = columns.len();
                columns.resize(start + rows[0].len(), PackedVal::ZERO);
                pack_rows(&rows, &mut columns[start..]);
            }
            let digest: PackedDigest<D> = self.hash.hash_iter(columns.iter().copied());
            for (lane, node) in nodes.iter_mut().enumerate() {
                node.digest = digest.map(|element| element.extract(lane));
            }
        }
        Ok(nodes)
    }

    /// The nodes above pairs.
    fn compress_all(&self, pairs: &[[Digest<D>; 2]]) -> Vec<Digest<D>> {
        let mut digests = Vec::with_capacity(pairs.len());
        for pairs in pairs.chunks(LANES) {
            let packed: [PackedDigest<D>; 2] = from_fn(|side| {
                from_fn(|i| PackedVal::from_fn(|lane| pairs.get(lane).unwrap_or(&pairs[0])[side][i]))
            });
            let digest = self.compress.compress(packed);
            digests.extend((0..pairs.len()).map(|lane| digest.map(|element| element.extract(lane))));
        }
        digests
    }
}

/// The nodes above, each with its two children: what is not known of them is the next sibling. `None` if there are too few.
fn parents<const D: usize>(
    nodes: &[Node<D>],
    siblings: &mut impl Iterator<Item = Digest<D>>,
) -> Option<Vec<(Node<D>, [Digest<D>; 2])>> {
    let mut parents: Vec<(Node<D>, [Digest<D>; 2])> = Vec::with_capacity(nodes.len());
    let mut rest = nodes.iter().peekable();
    while let Some(node) = rest.next() {
        let index = node.index / 2;
        let children = if node.index % 2 == 1 {
            [siblings.next()?, node.digest]
        } else if let Some(right) = rest.next_if(|right| right.index == node.index + 1) {
            [node.digest, right.digest]
        } else {
            [node.digest, siblings.next()?]
        };
        parents.push((Node { index, ..*node }, children));
    }
    Some(parents)
}
