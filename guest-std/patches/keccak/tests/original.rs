//! Every permutation is the one of the crate whose place is taken.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

macro_rules! compare {
    ($name:ident, $lane:ty, $p:ident, $f:ident) => {
        #[test]
        fn $name() {
            let mut random = ChaCha8Rng::seed_from_u64(1);
            let most = <$lane as keccak::LaneSize>::KECCAK_F_ROUND_COUNT;
            assert_eq!(
                most,
                <$lane as keccak_original::LaneSize>::KECCAK_F_ROUND_COUNT
            );
            for rounds in (0..=most).cycle().take(200) {
                let start: [$lane; 25] = core::array::from_fn(|_| random.random());
                let after = |permute: &dyn Fn(&mut [$lane; 25])| {
                    let mut state = start;
                    permute(&mut state);
                    state
                };
                let expected = after(&|state| keccak_original::$p(state, rounds));
                assert_eq!(
                    after(&|state| keccak::$p(state, rounds)),
                    expected,
                    "{rounds} rounds"
                );
                assert_eq!(
                    after(&|state| keccak::keccak_p(state, rounds)),
                    expected,
                    "{rounds} rounds"
                );
                let expected = after(&keccak_original::$f);
                assert_eq!(after(&keccak::$f), expected);
            }
        }
    };
}

compare!(lanes_of_8_bits, u8, p200, f200);
compare!(lanes_of_16_bits, u16, p400, f400);
compare!(lanes_of_32_bits, u32, p800, f800);
compare!(lanes_of_64_bits, u64, p1600, f1600);

#[test]
#[should_panic(expected = "24 rounds")]
fn more_rounds_than_there_are_panic() {
    keccak::p1600(&mut [0; 25], 25);
}
