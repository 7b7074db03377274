//! Checking signatures of ECDSA, and recovering keys from them (SEC 1, sections 4.1.4 and 4.1.6).

use crate::modulus::ORDER;
use crate::multiples::with_generator;
use crate::point::Point;
use crate::powers::scalar_inverse;
use crate::words::{Words, is_equal};

/// Whether `r` and `s` are a signature of the hash `z` by this key.
///
/// `r` and `s` are scalars other than 0, which must have been checked. `z` may be any number, `s` in either half of the scalars.
pub fn verify(z: &Words, r: &Words, s: &Words, key: &Point) -> bool {
    is_scalar_of(r, &x_of_sum(z, r, s, key))
}

/// The `x` of `(z * G + r * key) / s`, with the generator `G`; 0 at infinity. `r` and `s` are scalars, `z` may be any number.
pub fn x_of_sum(z: &Words, r: &Words, s: &Words, key: &Point) -> Words {
    let inverse = scalar_inverse(s);
    // The hash need not be below the order, but the inverse is.
    let [u1, u2] = [z, r].map(|scalar| ORDER.mul(scalar, &inverse));
    *with_generator(&u1, &u2, key).x()
}

/// Whether the scalar `r`, which is not 0, is the `x` of a point modulo the order.
pub fn is_scalar_of(r: &Words, x: &Words) -> bool {
    // Nearly always `x` is below the order. That of infinity is not `r`, which is not 0.
    is_equal(x, r) || is_equal(&ORDER.reduce(x), r)
}

/// The key of which `r` and `s` are a signature of the hash `z`, where the `x` of `point` is `r` modulo the order; infinity if there is
/// none.
///
/// `r` and `s` are scalars other than 0, which must have been checked. `z` may be any number.
pub fn recover(z: &Words, r: &Words, s: &Words, point: &Point) -> Point {
    let inverse = scalar_inverse(r);
    let [u1, u2] = [&ORDER.negate(z), s].map(|scalar| ORDER.mul(scalar, &inverse));
    with_generator(&u1, &u2, point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modulus::FIELD;
    use crate::multiples::of_generator;
    use crate::multiples::tests::scalars;
    use crate::words::{ONE, ZERO, is_zero, sum};

    #[test]
    fn signatures_are_valid_and_changed_ones_are_not() {
        let keys = scalars().into_iter().filter(|key| !is_zero(key));
        for (secret, nonce) in keys.clone().zip(keys.rev()) {
            let (key, z) = (of_generator(&secret), ORDER.mul(&secret, &nonce));
            let r = ORDER.reduce(of_generator(&nonce).x());
            let s = ORDER.mul(&scalar_inverse(&nonce), &ORDER.mul_add(&r, &secret, &z));
            if is_zero(&s) {
                continue;
            }
            assert!(verify(&z, &r, &s, &key));
            assert!(verify(&z, &r, &ORDER.negate(&s), &key));
            let point = of_generator(&nonce);
            assert_eq!(recover(&z, &r, &s, &point), key);
            assert_eq!(recover(&z, &r, &ORDER.negate(&s), &point.negated()), key);
            assert!(!verify(&z, &r, &s, &key.negated()));
            assert!(!verify(&ORDER.add(&z, &ONE), &r, &s, &key));
            assert!(!verify(&z, &ORDER.negate(&r), &s, &key));
            assert!(!verify(&z, &r, &ORDER.add(&s, &ONE), &key));
        }
    }

    /// The sum is infinity where `z` is `-r` times the secret: no `r` that is allowed is its `x`.
    #[test]
    fn infinity_is_no_signature() {
        let (secret, r) = ([5, 0, 0, 0], [3, 0, 0, 0]);
        let (key, z) = (of_generator(&secret), ORDER.negate(&ORDER.mul(&r, &secret)));
        assert_eq!(x_of_sum(&z, &r, &ONE, &key), ZERO);
        assert!(!verify(&z, &r, &ONE, &key));
    }

    /// Where the hash is `s` times the nonce.
    #[test]
    fn infinity_is_no_key() {
        let (nonce, s) = ([5, 0, 0, 0], [3, 0, 0, 0]);
        let point = of_generator(&nonce);
        let r = ORDER.reduce(point.x());
        assert_eq!(recover(&ORDER.mul(&nonce, &s), &r, &s, &point), Point::INFINITY);
    }

    #[test]
    fn an_x_above_the_order_is_a_scalar_too() {
        let x = sum(&ORDER.value, &[2, 0, 0, 0]).0;
        assert!(crate::words::is_below(&x, &FIELD.value));
        assert!(is_scalar_of(&[2, 0, 0, 0], &x));
        assert!(!is_scalar_of(&[3, 0, 0, 0], &x));
    }
}
