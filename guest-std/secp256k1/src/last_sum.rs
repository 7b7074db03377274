//! The last sum `a * G + b * p` that was asked for, so that it need not be computed again in another form.
//!
//! Who recovers a key from a signature computes the key as such a sum, and then, so the crate `ecdsa` has it, checks the
//! signature with the key: a second sum, as long as the first. But with the key `a * G + b * p`, what is checked is whether
//! `z * G + r * key` is `s` times a point with `x = r`, and `z * G + r * key = (z + a * r) * G + (b * r) * p`. Where `z + a * r` is 0 and
//! `b * r` is `s`, that point is `p`: two products say so. This holds of whatever sum it was that was remembered.
//!
//! Only the VM remembers, where there is one thread. Words are atomic because a `static` has to be, which costs nothing there.

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::coordinates::Coordinates;
use crate::modulus::ORDER;
use crate::point::Point;
use crate::words::{Words, is_equal, is_zero};

/// That `a * G + b * p` is `sum`.
#[derive(Clone, Copy, Debug)]
pub struct Equation {
    a: Words,
    b: Words,
    p: Coordinates,
    sum: Coordinates,
}

impl Equation {
    /// The point of which `z * G + r * key` is `s` times, if this sum tells; `s` is not 0. All but `z` are below the order.
    pub fn point(&self, z: &Words, r: &Words, s: &Words, key: &Coordinates) -> Option<&Coordinates> {
        let tells =
            self.sum == *key && is_zero(&ORDER.mul_add(&self.a, r, z)) && is_equal(&ORDER.mul(&self.b, r), s);
        tells.then_some(&self.p)
    }
}

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
static LAST: [AtomicU64; 24] = [const { AtomicU64::new(0) }; 24];

/// Remembers that `a * G + b * p` is `sum`, unless one of them is infinity. It must be so: whoever asks later believes it.
#[cfg_attr(
    not(all(target_arch = "riscv64", target_os = "none")),
    expect(unused_variables, reason = "only the VM remembers")
)]
pub fn remember(a: &Words, b: &Words, p: &Point, sum: &Point) {
    #[cfg(all(target_arch = "riscv64", target_os = "none"))]
    if !p.is_infinity() && !sum.is_infinity() {
        let words = a.iter().chain(b).chain(&p.coordinates).chain(&sum.coordinates);
        for (place, word) in LAST.iter().zip(words) {
            place.store(*word, Relaxed);
        }
    }
}

/// What was remembered last, if it is a sum that may be this one.
#[cfg(all(target_arch = "riscv64", target_os = "none"))]
pub fn recall(sum: &Coordinates) -> Option<Equation> {
    // Most of the time it is not, and a word tells. No point is zeros, which are here in the beginning.
    if LAST[16].load(Relaxed) != sum[0] {
        return None;
    }
    let [a, b, p, sum] = [0, 4, 8, 16];
    let word = |index: usize| LAST[index].load(Relaxed);
    Some(Equation {
        a: core::array::from_fn(|index| word(a + index)),
        b: core::array::from_fn(|index| word(b + index)),
        p: core::array::from_fn(|index| word(p + index)),
        sum: core::array::from_fn(|index| word(sum + index)),
    })
}

/// Nothing was remembered.
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
pub fn recall(_sum: &Coordinates) -> Option<Equation> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::LOW;
    use crate::multiples::tests::scalars;
    use crate::multiples::with_generator;
    use crate::powers::scalar_inverse;

    /// For sums that tell, the point is what one computes; changed in anything, they do not.
    #[test]
    fn a_sum_tells_the_point_that_one_computes() {
        let mut num_told = 0;
        for (r, s) in scalars().iter().zip(scalars().iter().rev()) {
            let (z, p) = (ORDER.mul(r, s), Point::of(LOW[7]));
            let inverse = scalar_inverse(r);
            let (a, b) = (ORDER.negate(&ORDER.mul(&inverse, &z)), ORDER.mul(&inverse, s));
            let sum = with_generator(&a, &b, &p);
            if is_zero(r) || is_zero(s) || sum.is_infinity() {
                continue;
            }
            let told = Equation {
                a,
                b,
                p: p.coordinates,
                sum: sum.coordinates,
            };
            assert_eq!(told.point(&z, r, s, &sum.coordinates), Some(&p.coordinates));
            let inverse = scalar_inverse(s);
            let [u1, u2] = [&z, r].map(|scalar| ORDER.mul(scalar, &inverse));
            assert_eq!(with_generator(&u1, &u2, &sum), p);
            num_told += 1;

            let other = ORDER.add(&z, &[1, 0, 0, 0]);
            assert_eq!(told.point(&other, r, s, &sum.coordinates), None);
            assert_eq!(told.point(&z, &ORDER.negate(r), s, &sum.coordinates), None);
            assert_eq!(told.point(&z, r, &ORDER.negate(s), &sum.coordinates), None);
            assert_eq!(told.point(&z, r, s, &p.coordinates), None);
        }
        assert!(num_told > 50, "{num_told}");
    }
}
