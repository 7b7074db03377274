//! States and permutations of them.

use crate::consts::PLEN;

/// A state of 200 bits.
pub type State200 = [u8; PLEN];
/// A state of 400 bits.
pub type State400 = [u16; PLEN];
/// A state of 800 bits.
pub type State800 = [u32; PLEN];
/// A state of 1600 bits.
pub type State1600 = [u64; PLEN];

/// A permutation of [`State200`].
pub type Fn200 = fn(&mut State200);
/// A permutation of [`State400`].
pub type Fn400 = fn(&mut State400);
/// A permutation of [`State800`].
pub type Fn800 = fn(&mut State800);
/// A permutation of [`State1600`].
pub type Fn1600 = fn(&mut State1600);

/// As many states as a backend permutes at a time.
#[cfg(feature = "parallel")]
pub type ParState1600<B> = hybrid_array::Array<State1600, <B as crate::Backend>::ParSize1600>;
/// A permutation of [`ParState1600`].
#[cfg(feature = "parallel")]
pub type ParFn1600<B> = fn(&mut ParState1600<B>);
