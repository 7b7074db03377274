macro_rules! flags {
    ($($(#[$meta:meta])* $name:ident,)*) => {
        /// What the main table does for an instruction, bit by bit.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Flags<E> {
            $($(#[$meta])* pub $name: E,)*
        }

        /// How many there are.
        pub(crate) const NUM_FLAGS: usize = [$(stringify!($name)),*].len();

        /// For each flag, how the constraints are called that it is a bit, and 0 on padding rows.
        pub(crate) const FLAG_LABELS: [(&str, &str); NUM_FLAGS] = [$((
            concat!(stringify!($name), " is a bit"),
            concat!(stringify!($name), " is 0 in padding"),
        )),*];

        impl<E: Clone> Flags<E> {
            pub(crate) fn from_list(list: &[E; NUM_FLAGS]) -> Self {
                let [$($name),*] = list.clone();
                Self { $($name),* }
            }

            #[cfg(feature = "trace")]
            pub(crate) fn to_list(&self) -> [E; NUM_FLAGS] {
                let Self { $($name),* } = self.clone();
                [$($name),*]
            }
        }
    };
}

flags! {
    /// `b` is what stands in `rs2`; otherwise it is the immediate.
    reads_rs2,
    /// `c` is written to `rd`, which is not x0.
    writes_rd,
    /// `c = b`.
    copies,
    /// `c = a + b`, in 32 bits and extended by the sign unless `adds_all`.
    adds,
    /// `adds`, in 64 bits.
    adds_all,
    /// `c = a - b`, in 32 bits and extended by the sign unless `subtracts_all`.
    subtracts,
    /// `subtracts`, in 64 bits.
    subtracts_all,
    /// The operation is asked for on the operation bus.
    asks,
    /// It depends on when it happens.
    has_time,
    /// A store: `c` is what stands in `rd`, and stays there.
    is_store,
    /// A system call: `c` begins with whether it ends the run.
    is_ecall,
    /// Goes on `jump` bytes behind the next instruction.
    jumps,
    /// Goes on at `a + jump`.
    jumps_to_register,
    /// `jumps` if `c`, a difference, is zero.
    branches_on_zero,
    /// `jumps` if `a < b` without signs, where `c` is their difference.
    branches_on_less,
    /// `jumps` if `c` is 1.
    branches_on_result,
    /// `jumps` if that does not hold.
    negates,
    /// The instruction has 2 bytes, not 4.
    is_short,
}
