//! Operators of residues, which are the same for both kinds.

/// Implements an operator of two residues by a method of one, for values and for references.
macro_rules! operator {
    ([$($generics:tt)*] $residue:ty, $operator:ident $method:ident, $assign:ident $assign_method:ident) => {
        impl<$($generics)*> $operator<&$residue> for &$residue {
            type Output = $residue;

            fn $method(self, other: &$residue) -> $residue {
                <$residue>::$method(self, other)
            }
        }

        impl<$($generics)*> $operator<$residue> for &$residue {
            type Output = $residue;

            fn $method(self, other: $residue) -> $residue {
                <$residue>::$method(self, &other)
            }
        }

        impl<$($generics)*> $operator<&$residue> for $residue {
            type Output = $residue;

            fn $method(self, other: &$residue) -> $residue {
                <$residue>::$method(&self, other)
            }
        }

        impl<$($generics)*> $operator for $residue {
            type Output = $residue;

            fn $method(self, other: $residue) -> $residue {
                <$residue>::$method(&self, &other)
            }
        }

        impl<$($generics)*> $assign<&$residue> for $residue {
            fn $assign_method(&mut self, other: &$residue) {
                *self = <$residue>::$method(self, other);
            }
        }

        impl<$($generics)*> $assign for $residue {
            fn $assign_method(&mut self, other: $residue) {
                *self = <$residue>::$method(self, &other);
            }
        }
    };
}

/// Implements the operators of residues, and the traits that stand for their methods.
macro_rules! operators {
    ([$($generics:tt)*] $residue:ty) => {
        operator!([$($generics)*] $residue, Add add, AddAssign add_assign);
        operator!([$($generics)*] $residue, Sub sub, SubAssign sub_assign);
        operator!([$($generics)*] $residue, Mul mul, MulAssign mul_assign);

        impl<$($generics)*> Neg for $residue {
            type Output = $residue;

            fn neg(self) -> $residue {
                <$residue>::neg(&self)
            }
        }

        impl<$($generics)*> Neg for &$residue {
            type Output = $residue;

            fn neg(self) -> $residue {
                <$residue>::neg(self)
            }
        }

        impl<$($generics)*> Square for $residue {
            fn square(&self) -> Self {
                self.square()
            }
        }

        impl<$($generics)*> Invert for $residue {
            type Output = CtOption<Self>;

            fn invert(&self) -> CtOption<Self> {
                let (inverse, is_some) = self.invert();
                CtOption::new(inverse, is_some.into())
            }
        }

        impl<$($generics)*> Retrieve for $residue {
            type Output = Uint<LIMBS>;

            fn retrieve(&self) -> Uint<LIMBS> {
                self.retrieve()
            }
        }

        impl<$($generics)*, const EXPONENT: usize> PowBoundedExp<Uint<EXPONENT>> for $residue {
            fn pow_bounded_exp(&self, exponent: &Uint<EXPONENT>, exponent_bits: usize) -> Self {
                self.pow_bounded_exp(exponent, exponent_bits)
            }
        }
    };
}
