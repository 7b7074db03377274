//! Shifts: `sll`, `srl`, `sra`, and those of 32 bits.
//!
//! *Proves* that `c` is `a`, shifted by as many bits as the lowest six bits of `b` say, or five.
//!
//! *A row* is a shift. The distance is `8 q + r`. To the left, `a` is multiplied by `2^r` and moved up by `q` bytes; to
//! the right, multiplied by `2^(8 - r)` and moved down by `q + 1`. The product has nine bytes: eight, and the last carry.
//! A negative number is complemented before and after, so that what is shifted in is zero.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_left`, `is_right`, `is_arithmetic`, `is_word` | bits | constraints |
//! | `a`, `b` | 16 bits a limb | the sender |
//! | `bits`, `bytes` | bits; one of `bytes` is set | constraints |
//! | `rest` | `b[0]` without the distance | `Range16`: 64 times 16 bits does not wrap, so the distance is the one |
//! | `power`, `factor`, `upper_factor` | at most 2^8 | constraints |
//! | `sign`, `word_sign` | the top bit of a limb | constraints and `Range16` |
//! | `is_complemented` | a bit | constraints |
//! | `product`, `carry` | bytes; `a * factor`, below 2^25 a limb, so it does not wrap | `BytePair`, constraints |
//! | `moved`, `c` | 16 bits a limb | constraints: they are made of the product's bytes |
//!
//! *Buses:* receives `Operation`, sends `Range16` and `BytePair`. *Padding:* zeros. *Max degree* 3.

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::ShiftColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
