//! Takes the place of `keccak` 0.2 in guests, with the same interface: there, Keccak-f[1600] runs on the coprocessor. The
//! permutations are those of the crate beside this one, which takes the place of `keccak` 0.1.
//!
//! ```
//! let mut state = [0; 25];
//! keccak::Keccak::new().with_f1600(|f1600| f1600(&mut state));
//! assert_eq!(state[0], 0xf125_8f79_40e1_dde7);
//! ```

#![no_std]

pub mod backends;
pub mod consts;
pub mod types;

pub use backends::*;
pub use consts::*;
pub use types::*;

/// Gives out permutations. The original chooses an implementation here; this one has one for each place where it may run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keccak {}

macro_rules! permutations {
    ($width:literal, $function:ty, $p:ident, $f:ident, $rounds:ident, $permutation:ident) => {
        #[doc = concat!("Calls `f` with Keccak-p[", $width, ", `ROUNDS`]. It does not compile where Keccak-f has fewer rounds.")]
        #[inline]
        pub fn $p<const ROUNDS: usize>(&self, f: impl FnOnce($function)) {
            const { assert!(ROUNDS <= $rounds, "Keccak-f has fewer rounds") };
            f(|state| permutations::$permutation(state, ROUNDS));
        }

        #[doc = concat!("Calls `f` with Keccak-f[", $width, "].")]
        #[inline]
        pub fn $f(&self, f: impl FnOnce($function)) {
            self.$p::<$rounds>(f);
        }
    };
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "the original's interface"
)]
impl Keccak {
    /// What gives out permutations.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `f` with the only backend.
    #[inline]
    pub fn with_backend(&self, f: impl BackendClosure) {
        f.call_once::<backends::Only>();
    }

    permutations!(200, Fn200, with_p200, with_f200, F200_ROUNDS, p200);
    permutations!(400, Fn400, with_p400, with_f400, F400_ROUNDS, p400);
    permutations!(800, Fn800, with_p800, with_f800, F800_ROUNDS, p800);
    permutations!(1600, Fn1600, with_p1600, with_f1600, F1600_ROUNDS, p1600);
}
