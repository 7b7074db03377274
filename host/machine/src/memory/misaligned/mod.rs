//! Loads and stores of 2, 4 and 8 bytes at any byte, also across two words of memory: the rare ones whose address is no
//! multiple of their width. It could carry out others, too, and to the same effect.
//!
//! *Proves* that `c` is what stood in memory at `a` plus the offset, sign- or zero-extended; or that its low bytes are what
//! stands there from now on.
//!
//! *A row* is an access. Everything is taken apart into bytes, and the value's bytes are compared with those that begin
//! where the access does. If it ends in the second word, that is exchanged, too.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `time` | 26 bits | the sender |
//! | `first`, `second` | before `time` | `AccessColumns` |
//! | `base` | 16 bits a limb, below `0x7001_0000` | the sender, [`Range16`] |
//! | `offset` | 12 bits and a sign | the sender |
//! | `is_half`, `is_word`, `is_double` | bits, at most one is set | constraints |
//! | `begins_at` | bits, one is set | constraints |
//! | `is_store`, `is_signed`, `is_read_only`, `is_across` | bits | constraints |
//! | `old`, `value` | bytes | [`BytePair`] |
//! | `new` | bytes | as `old` or `value` |
//! | `last`, `sign` | a byte and a bit | [`ByteAnd`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Range16`], [`BytePair`], [`ByteAnd`]. *Padding:*
//! zeros. *Max degree* 3.
//!
//! Why an address is no other one, `address.rs` says. Loads that reserve, conditional stores and atomic
//! operations are none of this table's codes, so they cannot be misaligned.
//!
//! [`BytePair`]: crate::messages::BytePair
//! [`ByteAnd`]: crate::messages::ByteAnd
//! [`Memory`]: crate::messages::Memory
//! [`Operation`]: crate::messages::Operation
//! [`Range16`]: crate::messages::Range16

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::MisalignedColumns;
#[cfg(feature = "trace")]
pub use trace::fill;
