//! Operators on values and references, for whichever of them there are.

/// Implements a binary operator with a function of two references.
macro_rules! operator {
    ($trait:ident :: $method:ident, $function:path: $($left:ty, $right:ty);+ => $output:ty) => {
        $(
            impl core::ops::$trait<$right> for $left {
                type Output = $output;

                #[inline]
                fn $method(self, other: $right) -> $output {
                    $function(core::borrow::Borrow::borrow(&self), core::borrow::Borrow::borrow(&other))
                }
            }
        )+
    };
}

/// Implements an operator that assigns with a function of two references.
macro_rules! assigning_operator {
    ($trait:ident :: $method:ident, $function:path: $left:ty, $right:ty) => {
        impl core::ops::$trait<$right> for $left {
            #[inline]
            fn $method(&mut self, other: $right) {
                *self = $function(self, &other);
            }
        }

        impl core::ops::$trait<&$right> for $left {
            #[inline]
            fn $method(&mut self, other: &$right) {
                *self = $function(self, other);
            }
        }
    };
}

/// Implements sums or products of iterators.
macro_rules! folding {
    ($trait:ident :: $method:ident, $type:ty, $start:expr, $operator:path) => {
        impl core::iter::$trait for $type {
            fn $method<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold($start, $operator)
            }
        }

        impl<'a> core::iter::$trait<&'a $type> for $type {
            fn $method<I: Iterator<Item = &'a Self>>(values: I) -> Self {
                values.copied().fold($start, $operator)
            }
        }
    };
}

pub(crate) use {assigning_operator, folding, operator};
