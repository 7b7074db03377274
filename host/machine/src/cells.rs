//! Columns with names.

use alloc::format;
use alloc::string::String;

/// What a row's cells are read into: a cell, several, or a struct of them.
pub(crate) trait Cells<T>: Sized {
    /// How many cells.
    const WIDTH: usize;

    /// Takes as many cells as it has; `cells` are at least as many.
    fn read(cells: &mut impl Iterator<Item = T>) -> Self;

    /// Hands the cells on, in the same order.
    fn write(&self, put: &mut impl FnMut(T));

    /// Names the cells, in the same order; `name` is that of all of them.
    fn names(name: String, put: &mut impl FnMut(String));
}

impl<T: Clone> Cells<T> for T {
    const WIDTH: usize = 1;

    fn read(cells: &mut impl Iterator<Item = T>) -> Self {
        cells.next().expect("a row has as many cells as columns")
    }

    fn write(&self, put: &mut impl FnMut(T)) {
        put(self.clone());
    }

    fn names(name: String, put: &mut impl FnMut(String)) {
        put(name);
    }
}

impl<T: Clone, const N: usize> Cells<T> for [T; N] {
    const WIDTH: usize = N;

    fn read(cells: &mut impl Iterator<Item = T>) -> Self {
        core::array::from_fn(|_| T::read(cells))
    }

    fn write(&self, put: &mut impl FnMut(T)) {
        for cell in self {
            put(cell.clone());
        }
    }

    fn names(name: String, put: &mut impl FnMut(String)) {
        for index in 0..N {
            T::names(format!("{name}[{index}]"), put);
        }
    }
}

/// A struct of columns, generic over what a cell is, and over lengths if it says so.
macro_rules! columns {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident $(<$(const $length:ident),*>)? {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name<T $($(, const $length: usize)*)?> {
            $($(#[$field_meta])* pub(crate) $field: $type,)*
        }

        impl<T: Clone $($(, const $length: usize)*)?> $crate::cells::Cells<T> for $name<T $($(, $length)*)?> {
            const WIDTH: usize = 0 $(+ <$type as $crate::cells::Cells<T>>::WIDTH)*;

            fn read(cells: &mut impl Iterator<Item = T>) -> Self {
                Self { $($field: $crate::cells::Cells::read(cells),)* }
            }

            fn write(&self, put: &mut impl FnMut(T)) {
                $($crate::cells::Cells::write(&self.$field, put);)*
            }

            fn names(name: alloc::string::String, put: &mut impl FnMut(alloc::string::String)) {
                let dot = if name.is_empty() { "" } else { "." };
                $(<$type as $crate::cells::Cells<T>>::names(
                    alloc::format!("{name}{dot}{}", stringify!($field)),
                    put,
                );)*
            }
        }

        #[allow(dead_code, reason = "not every struct of columns is a whole row, or filled")]
        impl<T: Clone $($(, const $length: usize)*)?> $name<T $($(, $length)*)?> {
            /// How many columns.
            pub(crate) const WIDTH: usize = <Self as $crate::cells::Cells<T>>::WIDTH;

            /// The columns of a row.
            pub(crate) fn of_row(row: &[T]) -> Self {
                $crate::cells::Cells::<T>::read(&mut row.iter().cloned())
            }

            /// The columns of a row, as what they are computed with.
            pub(crate) fn of_variables<V: Copy + Into<T>>(row: &[V]) -> Self {
                $crate::cells::Cells::<T>::read(&mut row.iter().map(|cell| (*cell).into()))
            }

            /// Overwrites a row.
            pub(crate) fn store(&self, row: &mut [T]) {
                let mut places = row.iter_mut();
                $crate::cells::Cells::<T>::write(self, &mut |cell| {
                    if let Some(place) = places.next() {
                        *place = cell;
                    }
                });
            }
        }
    };
}

pub(crate) use columns;

#[cfg(test)]
mod tests {

    columns! {
        struct Inner {
            x: T,
            y: [T; 2],
        }
    }

    columns! {
        struct Outer {
            first: T,
            inner: Inner<T>,
            last: Inner<T>,
        }
    }

    #[test]
    fn cells_are_read_and_written_in_the_order_of_their_declaration() {
        assert_eq!(Outer::<u32>::WIDTH, 7);
        let row: [u32; 7] = core::array::from_fn(|i| i as u32);
        let columns = Outer::of_row(&row);
        assert_eq!((columns.first, columns.inner.x, columns.inner.y), (0, 1, [2, 3]));
        assert_eq!((columns.last.x, columns.last.y), (4, [5, 6]));
        let mut again = [0; 7];
        columns.store(&mut again);
        assert_eq!(again, row);
        let mut names = alloc::vec::Vec::new();
        <Outer<u32> as super::Cells<u32>>::names(alloc::string::String::new(), &mut |name| names.push(name));
        assert_eq!(
            names,
            [
                "first",
                "inner.x",
                "inner.y[0]",
                "inner.y[1]",
                "last.x",
                "last.y[0]",
                "last.y[1]"
            ]
        );
    }
}
