//! KangarooTwelve (RFC 9861, section 3): a hash of hashes of chunks, of 12 rounds.

use crate::encoding::length_encode;
use crate::sponge::Sponge;
use crate::{Hasher, IntoXof, Xof};

/// Bytes of a chunk.
const CHUNK_LEN: usize = 8192;

/// KangarooTwelve, with a string that tells its uses apart.
#[derive(Clone)]
pub struct KangarooTwelve<T> {
    /// Takes the first chunk and the hashes of the others.
    trunk: Sponge<12>,
    /// Takes the current chunk, if it is not the first one.
    leaf: Sponge<12>,
    custom_string: T,
    /// Bytes of the current chunk.
    filled: usize,
    /// Chunks before the current one.
    num_full: usize,
}

impl<T> KangarooTwelve<T> {
    /// KangarooTwelve with this string.
    pub fn new(custom_string: T) -> Self {
        Self {
            // How the message ends depends on how long it is.
            trunk: Sponge::new(128, 0),
            leaf: new_leaf(),
            custom_string,
            filled: 0,
            num_full: 0,
        }
    }

    fn absorb(&mut self, input: &[u8]) {
        let mut rest = input;
        // A full chunk ends only when there is more: the last one is told apart.
        while !rest.is_empty() {
            if self.filled == CHUNK_LEN {
                self.end_chunk();
            }
            let (head, others) = rest.split_at(rest.len().min(CHUNK_LEN - self.filled));
            let sponge = if self.num_full == 0 {
                &mut self.trunk
            } else {
                &mut self.leaf
            };
            sponge.update(head);
            self.filled += head.len();
            rest = others;
        }
    }

    fn end_chunk(&mut self) {
        if self.num_full == 0 {
            self.trunk.update(&[3, 0, 0, 0, 0, 0, 0, 0]);
        } else {
            let mut digest = [0; 32];
            core::mem::replace(&mut self.leaf, new_leaf()).squeeze(&mut digest);
            self.trunk.update(&digest);
        }
        self.filled = 0;
        self.num_full += 1;
    }
}

fn new_leaf() -> Sponge<12> {
    Sponge::new(128, 0x0b)
}

impl<T: AsRef<[u8]>> Hasher for KangarooTwelve<T> {
    fn update(&mut self, input: &[u8]) {
        self.absorb(input);
    }

    fn finalize(self, output: &mut [u8]) {
        self.into_xof().squeeze(output);
    }
}

/// What [`KangarooTwelve`]'s [`IntoXof`] gives.
#[derive(Clone)]
pub struct KangarooTwelveXof(Sponge<12>);

impl<T: AsRef<[u8]>> IntoXof for KangarooTwelve<T> {
    type Xof = KangarooTwelveXof;

    fn into_xof(self) -> KangarooTwelveXof {
        let len = length_encode(self.custom_string.as_ref().len());
        // It cannot be lent to a call that changes what it is a part of.
        let mut this = KangarooTwelve {
            custom_string: (),
            trunk: self.trunk,
            leaf: self.leaf,
            filled: self.filled,
            num_full: self.num_full,
        };
        this.absorb(self.custom_string.as_ref());
        this.absorb(len.as_ref());
        if this.num_full == 0 {
            this.trunk.delimiter = 0x07;
        } else {
            let num_leaves = length_encode(this.num_full);
            this.end_chunk();
            this.trunk.update(num_leaves.as_ref());
            this.trunk.update(&[0xff, 0xff]);
            this.trunk.delimiter = 0x06;
        }
        KangarooTwelveXof(this.trunk)
    }
}

impl Xof for KangarooTwelveXof {
    fn squeeze(&mut self, output: &mut [u8]) {
        self.0.squeeze(output);
    }
}
