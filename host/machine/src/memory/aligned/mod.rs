//! Loads and stores of 1, 2 or 4 bytes whose address is a multiple of their width.
//!
//! *Proves* that `c` is what stood in memory at `a` plus the offset, sign- or zero-extended; or that its low bytes are what
//! stands there from now on. So the access lies within one word of 8 bytes.
//!
//! *A row* is an access. The last limb that it accesses is taken apart into bytes: of a byte's access, it is the only
//! one; of a wider one, it has the sign.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `time` | 26 bits | the sender |
//! | `access.old_time` | before `time` | `AccessColumns` |
//! | `access.high`, `second_byte` | bytes | [`BytePair`] |
//! | `base` | 16 bits a limb, below `0x7001_0000` | the sender, [`Range16`] |
//! | `offset` | 12 bits and a sign | the sender |
//! | `is_low_byte` to `is_word` | bits, at most one is set | constraints |
//! | `is_store`, `is_signed`, `is_read_only`, `last_is_odd`, `last_is_upper` | bits | constraints |
//! | `old` | 16 bits a limb | whoever wrote it |
//! | `new` | 16 bits a limb | as `old`, or as `value`, or bytes |
//! | `value` | 16 bits a limb | as `old`, or bytes and bits; the sender if it is stored |
//! | `byte`, `sign` | a byte and a bit | [`ByteAnd`] |
//! | `other_byte` | a byte | [`BytePair`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Range16`], [`BytePair`], [`ByteAnd`]. *Padding:*
//! zeros. *Max degree* 3.
//!
//! Why an address is no other one, `address.rs` says.
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
pub(crate) use columns::AlignedColumns;
#[cfg(feature = "trace")]
pub use trace::fill;
