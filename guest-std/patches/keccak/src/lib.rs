//! Takes the place of `keccak` 0.1 in guests, with the same interface: there, Keccak-f[1600] runs on the coprocessor. Other
//! widths, fewer rounds, and everything outside of the VM are computed by instructions.
//!
//! ```
//! let mut state = [0; 25];
//! keccak::f1600(&mut state);
//! assert_eq!(state[0], 0xf125_8f79_40e1_dde7);
//! ```

#![no_std]

mod software;

use core::fmt::Debug;
use core::ops::{BitAnd, BitAndAssign, BitXor, BitXorAssign, Not};

/// Lanes of a state.
const PLEN: usize = 25;

/// What a lane of a state is: a word of 8, 16, 32 or 64 bits.
pub trait LaneSize:
    Copy
    + Clone
    + Debug
    + Default
    + PartialEq
    + BitAndAssign
    + BitAnd<Output = Self>
    + BitXorAssign
    + BitXor<Output = Self>
    + Not<Output = Self>
{
    /// How many rounds Keccak-f has.
    const KECCAK_F_ROUND_COUNT: usize;

    /// The round constant of a lane of this width, from that of 64 bits.
    fn truncate_rc(rc: u64) -> Self;

    /// The lane, its bits moved up by `n` places, those at the top to the bottom.
    #[must_use]
    fn rotate_left(self, n: u32) -> Self;

    /// Keccak-f on a coprocessor, where there is one for lanes of this width: whether there is.
    #[doc(hidden)]
    fn on_coprocessor(_state: &mut [Self; PLEN]) -> bool {
        false
    }
}

macro_rules! permutations {
    ($lane:ty, $rounds:literal, $width:literal, $p:ident, $f:ident, { $($coprocessor:tt)* }) => {
        impl LaneSize for $lane {
            const KECCAK_F_ROUND_COUNT: usize = $rounds;

            fn truncate_rc(rc: u64) -> Self {
                rc as Self
            }

            fn rotate_left(self, n: u32) -> Self {
                self.rotate_left(n)
            }

            $($coprocessor)*
        }

        #[doc = concat!("Keccak-p[", $width, ", `round_count`] (FIPS 202, section 3.3).")]
        ///
        /// # Panics
        /// Where these are more rounds than Keccak-f has.
        pub fn $p(state: &mut [$lane; PLEN], round_count: usize) {
            keccak_p(state, round_count);
        }

        #[doc = concat!("Keccak-f[", $width, "] (FIPS 202, section 3.4).")]
        pub fn $f(state: &mut [$lane; PLEN]) {
            keccak_p(state, <$lane>::KECCAK_F_ROUND_COUNT);
        }
    };
}

permutations!(u8, 18, 200, p200, f200, {});
permutations!(u16, 20, 400, p400, f400, {});
permutations!(u32, 22, 800, p800, f800, {});
permutations!(u64, 24, 1600, p1600, f1600, {
    #[cfg(all(target_arch = "riscv64", target_os = "none"))]
    fn on_coprocessor(state: &mut [Self; PLEN]) -> bool {
        zisk_coprocessor::keccak_f(state);
        true
    }
});

/// Keccak-p (FIPS 202, section 3.3) of any width: the last `round_count` rounds of Keccak-f.
///
/// # Panics
/// Where these are more rounds than Keccak-f has.
pub fn keccak_p<L: LaneSize>(state: &mut [L; PLEN], round_count: usize) {
    let all = L::KECCAK_F_ROUND_COUNT;
    assert!(round_count <= all, "Keccak-f has {all} rounds, not {round_count}");
    if round_count < all || !L::on_coprocessor(state) {
        software::rounds(state, all - round_count, all);
    }
}
