//! Shifts: `sll`, `srl`, `sra`, and those of 32 bits.
//!
//! *Proves* that `c` is `a`, shifted by as many bits as the lowest six bits of `b` say, or five.
//!
//! *A row* is a shift. The distance is `8 q + r`. To the left, `a` is multiplied by `2^r` and moved up by `q` bytes;
//! to the right, multiplied by `2^(8 - r)` and moved down by `q + 1`. The product has nine bytes. Of a negative number
//! that is shifted arithmetically it is the product of the number, not of its limbs: only the ninth byte differs, and
//! above it there are ones. Of 32 bits, the upper limbs of what is multiplied are zeros or, if negative, ones; those of
//! `c` are bit 31 of the result.
//!
//! The sign is looked at once. An arithmetic shift needs that of what is shifted, so `checked` is the top limb of that;
//! the result has the same sign, which is what extends 32 bits. Other shifts need only that of a result of 32 bits, so
//! `checked` is limb 1 of the result, which they compute without the sign.
//!
//! The factor is `2^e`, and `e = 3 i + j` with `i` and `j` below 3. So `e` is at most 8, and it must not be 8 to the
//! left or 0 to the right: these would be distances of 64, or 32, which `b` cannot tell from 0.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `left`, `right`, `is_arithmetic`, `is_word` | bits; one of `left` and `right`, none in padding | constraints |
//! | `a`, `b` | 16 bits a limb | the sender |
//! | `bytes` | bits; one of them is set, or none for 0 | constraints |
//! | `rest` | `b[0]` without the distance | `Range16`: 64 times 16 bits does not wrap, so the distance is the one |
//! | `small_power`, `large_power` | `2^j` and `8^i` | constraints |
//! | `factor` | their product | constraints |
//! | `checked` | 16 bits: a limb of `a` or `moved` | constraints |
//! | `sign` | the top bit of `checked` | constraints and `Range16` |
//! | `is_negative` | a bit | constraints |
//! | `product`, `carry` | bytes; the sums are below 2^25, so they do not wrap | `BytePair`, constraints |
//! | `moved` | 16 bits a limb | constraints: they are made of the product's bytes, and of ones |
//!
//! `c` has no columns: it is `moved`, extended if it has 32 bits.
//!
//! *Buses:* receives `Operation`, sends `Range16` and `BytePair`. *Padding:* zeros. *Max degree* 3. *Cells* 65: 40
//! columns, and 25 for nine messages, all of degree 1 but for `Operation`.

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
