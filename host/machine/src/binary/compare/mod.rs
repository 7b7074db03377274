//! Comparisons: `slt`, `sltu`.
//!
//! *Proves* that `c` is 1 if `a < b`, else 0; signed or not.
//!
//! *A row* is a comparison. `a - b` is computed limb by limb with borrows; the last borrow says which is smaller,
//! unless the signs differ and matter.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `is_signed` | bits | constraints |
//! | `a`, `b` | 16 bits a limb | the sender |
//! | `difference` | 16 bits a limb | `Range16` |
//! | `sign_a`, `sign_b` | bits; the top bit of an operand | constraints and `Range16` |
//! | `is_less` | a bit | constraints |
//!
//! *Buses:* receives `Operation`, sends `Range16`. *Padding:* zeros. *Max degree* 3.

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::CompareColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
