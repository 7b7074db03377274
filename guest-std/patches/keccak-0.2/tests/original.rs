//! Every permutation is the one of the crate whose place is taken.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

macro_rules! compare {
    ($name:ident, $lane:ty, $with_f:ident, $with_p:ident) => {
        #[test]
        fn $name() {
            let mut random = ChaCha8Rng::seed_from_u64(1);
            for _ in 0..50 {
                let start: [$lane; 25] = core::array::from_fn(|_| random.random());
                let (mut state, mut expected) = (start, start);
                keccak::Keccak::new().$with_f(|f| f(&mut state));
                original::Keccak::new().$with_f(|f| f(&mut expected));
                assert_eq!(state, expected);
                keccak::Keccak::new().$with_p::<12>(|p| p(&mut state));
                original::Keccak::new().$with_p::<12>(|p| p(&mut expected));
                assert_eq!(state, expected);
            }
        }
    };
}

compare!(lanes_of_8_bits, u8, with_f200, with_p200);
compare!(lanes_of_16_bits, u16, with_f400, with_p400);
compare!(lanes_of_32_bits, u32, with_f800, with_p800);
compare!(lanes_of_64_bits, u64, with_f1600, with_p1600);

#[cfg(feature = "parallel")]
mod parallel {
    use rand::Rng as _;

    use super::*;

    /// Permutes three states, as many at a time as the backend does.
    struct Parallel<'a>(&'a mut [[u64; 25]; 3]);

    macro_rules! parallel {
        ($crate_name:ident) => {
            impl $crate_name::BackendClosure for Parallel<'_> {
                fn call_once<B: $crate_name::Backend>(self) {
                    let mut waiting = &mut self.0[..];
                    while !waiting.is_empty() {
                        let mut states =
                            $crate_name::ParState1600::<B>::from_fn(|i| *waiting.get(i).unwrap_or(&[0; 25]));
                        B::get_par_f1600()(&mut states);
                        let num = states.len().min(waiting.len());
                        waiting[..num].copy_from_slice(&states[..num]);
                        waiting = &mut waiting[num..];
                    }
                }
            }
        };
    }

    parallel!(keccak);
    parallel!(original);

    #[test]
    fn several_states_at_a_time() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let start: [[u64; 25]; 3] = core::array::from_fn(|_| core::array::from_fn(|_| random.next_u64()));
        let (mut states, mut expected) = (start, start);
        keccak::Keccak::default().with_backend(Parallel(&mut states));
        original::Keccak::default().with_backend(Parallel(&mut expected));
        assert_eq!(states, expected);
    }
}
