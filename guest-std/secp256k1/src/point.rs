//! Points of the curve, infinity among them, and the group law with all its cases.

use crate::endomorphism;
use crate::generator::GENERATOR;
use crate::modulus::FIELD;
use crate::powers::field_root;
use crate::words::{Words, is_below, is_equal};

pub use crate::coordinates::{Coordinates, x_of, y_of};

use crate::coordinates::{add, coordinates, double, negate};

/// `y^2 = x^3 + 7`
const CURVE: Words = [7, 0, 0, 0];

/// A point of the curve, or infinity.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Those of a point of the curve; zeros at infinity.
    pub(crate) coordinates: Coordinates,
    is_infinity: bool,
}

impl Point {
    /// The point at infinity, which added to a point changes nothing.
    pub const INFINITY: Self = Self {
        coordinates: [0; 8],
        is_infinity: true,
    };

    /// The generator (SEC 2, section 2.4.1).
    pub const GENERATOR: Self = Self::of(GENERATOR);

    /// The point with these coordinates, which must be below the order of the field and those of a point.
    #[inline]
    pub const fn of(coordinates: Coordinates) -> Self {
        Self {
            coordinates,
            is_infinity: false,
        }
    }

    /// The same, of two numbers.
    #[inline]
    pub fn new(x: &Words, y: &Words) -> Self {
        Self::of(coordinates(x, y))
    }

    /// The point with these coordinates, if there is one. They may be any numbers.
    #[inline]
    pub fn from_coordinates(x: &Words, y: &Words) -> Option<Self> {
        let is_point = is_below(x, &FIELD.value)
            && is_below(y, &FIELD.value)
            && is_equal(&FIELD.square(y), &square_at(x));
        is_point.then(|| Self::new(x, y))
    }

    /// The point at `x` whose `y` is odd or even, if there is one. `x` may be any number.
    #[inline]
    pub fn from_x(x: &Words, is_odd: bool) -> Option<Self> {
        if !is_below(x, &FIELD.value) {
            return None;
        }
        let square = square_at(x);
        let root = field_root(&square);
        if !is_equal(&FIELD.square(&root), &square) {
            return None;
        }
        // No point has the `y` 0, so one of the two roots is odd.
        let y = if (root[0] & 1 == 1) == is_odd {
            root
        } else {
            FIELD.negate(&root)
        };
        Some(Self::new(x, &y))
    }

    /// Whether it is the point at infinity.
    #[inline]
    pub const fn is_infinity(&self) -> bool {
        self.is_infinity
    }

    /// Both coordinates; zeros at infinity.
    #[inline]
    pub const fn coordinates(&self) -> &Coordinates {
        &self.coordinates
    }

    /// The first coordinate; 0 at infinity.
    #[inline]
    pub fn x(&self) -> &Words {
        x_of(&self.coordinates)
    }

    /// The second coordinate; 0 at infinity.
    #[inline]
    pub fn y(&self) -> &Words {
        y_of(&self.coordinates)
    }

    /// The sum of two points, whichever they are.
    #[inline]
    #[must_use]
    pub fn sum(&self, other: &Self) -> Self {
        if self.is_infinity {
            return *other;
        }
        let mut sum = self.coordinates;
        if other.is_infinity || add(&mut sum, &other.coordinates) {
            Self::of(sum)
        } else {
            Self::INFINITY
        }
    }

    /// Twice the point.
    #[inline]
    #[must_use]
    pub fn doubled(&self) -> Self {
        let mut doubled = *self;
        if !self.is_infinity {
            double(&mut doubled.coordinates);
        }
        doubled
    }

    /// The point whose sum with this one is infinity.
    #[inline]
    #[must_use]
    pub fn negated(&self) -> Self {
        let mut negated = *self;
        if !self.is_infinity {
            negate(&mut negated.coordinates);
        }
        negated
    }

    /// The point times a cube root of one modulo the order of the curve, which takes one product.
    #[must_use]
    pub fn endomorphism(&self) -> Self {
        if self.is_infinity {
            return *self;
        }
        Self::of(endomorphism::image(&self.coordinates))
    }
}

impl PartialEq for Point {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        // Infinity has coordinates that no point has.
        is_equal(self.x(), other.x()) && is_equal(self.y(), other.y())
    }
}

impl Eq for Point {}

/// The square of the `y` at an `x`, which is below the order of the field.
#[inline]
fn square_at(x: &Words) -> Words {
    FIELD.mul_add(&FIELD.square(x), x, &CURVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiples::of_generator;
    use crate::multiples::tests::scalars;
    use crate::words::{ONE, ZERO, difference, sum};

    #[test]
    fn points_are_found_by_their_coordinates() {
        for scalar in scalars() {
            let p = of_generator(&scalar);
            let (x, y) = (p.x(), p.y());
            if p.is_infinity() {
                assert_eq!(Point::from_coordinates(x, y), None);
                continue;
            }
            assert_eq!(Point::from_coordinates(x, y), Some(p));
            assert_eq!(Point::from_coordinates(x, &sum(y, &ONE).0), None);
            assert_eq!(Point::from_x(x, y[0] & 1 == 1), Some(p));
            assert_eq!(Point::from_x(x, y[0] & 1 == 0), Some(p.negated()));
        }
    }

    /// What is the same modulo the order of the field, but not below it, is no coordinate.
    #[test]
    fn coordinates_are_below_the_order_of_the_field() {
        let p = Point::from_x(&ONE, false).unwrap();
        let larger = sum(p.x(), &FIELD.value).0;
        assert_eq!(Point::from_coordinates(&larger, p.y()), None);
        assert_eq!(Point::from_x(&larger, false), None);
        let largest = difference(&ZERO, &ONE).0;
        assert_eq!(Point::from_coordinates(p.x(), &largest), None);
        // 7 is no square.
        assert_eq!(Point::from_x(&ZERO, false), None);
    }

    #[test]
    fn the_group_law_has_no_exceptions() {
        let (infinity, p) = (Point::INFINITY, Point::GENERATOR);
        assert_eq!(p.sum(&infinity), p);
        assert_eq!(infinity.sum(&p), p);
        assert_eq!(infinity.sum(&infinity), infinity);
        assert_eq!(p.sum(&p), p.doubled());
        assert_eq!(p.sum(&p.negated()), infinity);
        assert_eq!(p.doubled().sum(&p.negated()), p);
        assert!(p.sum(&p.negated()).is_infinity());
        for unchanged in [infinity.doubled(), infinity.negated(), infinity.endomorphism()] {
            assert!(unchanged.is_infinity());
        }
        let [once, twice] = [p.endomorphism(), p.endomorphism().endomorphism()];
        assert_eq!(once.sum(&twice), p.negated());
        assert_eq!(twice.endomorphism(), p);
    }
}
