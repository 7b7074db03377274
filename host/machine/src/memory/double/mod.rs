//! Loads and stores of 8 bytes whose address is a multiple of 8: whole words, in which nothing has to be found.
//!
//! *Proves* that `c` is the word that stood in memory at `a` plus the offset; or that it stands there from now on.
//!
//! *A row* is an access.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `time` | 26 bits | the sender |
//! | `access.old_time` | before `time` | `AccessColumns` |
//! | `access.high` | a byte | [`BytePair`] |
//! | `base` | 16 bits a limb, below `0x7001_0000` | the sender, [`Range16`] |
//! | `offset` | 12 bits and a sign | the sender |
//! | `is_load`, `is_store` | bits, at most one is set | constraints |
//! | `is_read_only` | a bit | constraints |
//! | `old` | 16 bits a limb | whoever wrote it |
//! | `new` | 16 bits a limb | as `old`, or the sender |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Range16`], [`BytePair`]. *Padding:* zeros.
//! *Max degree* 3.
//!
//! Why an address is no other one, `address.rs` says.
//!
//! [`BytePair`]: crate::messages::BytePair
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
pub(crate) use columns::DoubleColumns;
#[cfg(feature = "trace")]
pub use trace::fill;
