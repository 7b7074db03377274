//! What an implementation of Keccak-p[1600] is.

use crate::consts::F1600_ROUNDS;
use crate::types::Fn1600;
#[cfg(feature = "parallel")]
use crate::types::ParFn1600;

/// What is done with a backend, whichever it is.
pub trait BackendClosure {
    /// Does it.
    fn call_once<B: Backend>(self);
}

/// An implementation.
pub trait Backend {
    /// How many states it permutes at a time.
    #[cfg(feature = "parallel")]
    type ParSize1600: hybrid_array::ArraySize;

    /// Keccak-p[1600, `ROUNDS`]. It does not compile where Keccak-f has fewer rounds.
    #[must_use]
    fn get_p1600<const ROUNDS: usize>() -> Fn1600;

    /// The same of as many states as are permuted at a time.
    #[cfg(feature = "parallel")]
    #[inline]
    #[must_use]
    fn get_par_p1600<const ROUNDS: usize>() -> ParFn1600<Self> {
        |states| states.iter_mut().for_each(Self::get_p1600::<ROUNDS>())
    }

    /// Keccak-f[1600].
    #[must_use]
    fn get_f1600() -> Fn1600 {
        Self::get_p1600::<F1600_ROUNDS>()
    }

    /// The same of as many states as are permuted at a time.
    #[cfg(feature = "parallel")]
    #[inline]
    #[must_use]
    fn get_par_f1600() -> ParFn1600<Self> {
        Self::get_par_p1600::<F1600_ROUNDS>()
    }
}

/// The implementation that there is: it permutes one state at a time.
pub(crate) struct Only;

impl Backend for Only {
    #[cfg(feature = "parallel")]
    type ParSize1600 = hybrid_array::typenum::U1;

    #[inline]
    fn get_p1600<const ROUNDS: usize>() -> Fn1600 {
        const { assert!(ROUNDS <= F1600_ROUNDS, "Keccak-f has fewer rounds") };
        |state| permutations::p1600(state, ROUNDS)
    }
}
