//! The compressions by instructions (FIPS 180-4, sections 4.1, 6.2.2 and 6.4.2). Those of SHA-256 and SHA-512 differ in the
//! length of words, in the number of rounds and in their constants, so they are written once.

use crate::constants::K512;

macro_rules! compression {
    (
        $(#[$attribute:meta])* $name:ident, $word:ty, $rounds:literal, $constant:expr,
        // The rotations of Σ0, Σ1 and, with a shift as the third, of σ0 and σ1.
        $sum0:expr, $sum1:expr, $schedule0:expr, $schedule1:expr
    ) => {
        $(#[$attribute])*
        pub(crate) fn $name(state: &mut [$word; 8], block: &[u8; size_of::<$word>() * 16]) {
            type Word = $word;

            fn rotations(x: Word, by: [u32; 3]) -> Word {
                x.rotate_right(by[0]) ^ x.rotate_right(by[1]) ^ x.rotate_right(by[2])
            }

            fn schedule(x: Word, by: [u32; 3]) -> Word {
                x.rotate_right(by[0]) ^ x.rotate_right(by[1]) ^ (x >> by[2])
            }

            /// One round, after which the variables have each other's names: `h` is the new `a`, `d` the new `e`.
            #[allow(clippy::inline_always, reason = "calls would cost as much as rounds")]
            #[inline(always)]
            fn round([a, b, c]: [Word; 3], d: &mut Word, [e, f, g]: [Word; 3], h: &mut Word, k: Word, w: Word) {
                let choice = g ^ (e & (f ^ g));
                let majority = (a & b) | (c & (a | b));
                let sum = h.wrapping_add(rotations(e, $sum1)).wrapping_add(choice);
                let sum = sum.wrapping_add(k).wrapping_add(w);
                *d = d.wrapping_add(sum);
                *h = sum.wrapping_add(rotations(a, $sum0)).wrapping_add(majority);
            }

            let mut words: [Word; 16] = [0; 16];
            for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
                *word = Word::from_be_bytes(*bytes);
            }
            let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
            // All indices below are constants once loops of eight are unrolled, which the compiler does with no longer ones.
            for (group, constants) in K512.as_chunks::<16>().0[..$rounds / 16].iter().enumerate() {
                let mut extend = |i: usize| {
                    words[i] = words[i]
                        .wrapping_add(schedule(words[(i + 1) % 16], $schedule0))
                        .wrapping_add(words[(i + 9) % 16])
                        .wrapping_add(schedule(words[(i + 14) % 16], $schedule1));
                };
                if group > 0 {
                    (0..8).for_each(&mut extend);
                    (8..16).for_each(&mut extend);
                }
                // After eight rounds every variable has its name again.
                macro_rules! eight_rounds {
                    ($first:literal) => {
                        let k = |i: usize| $constant(constants[$first + i]);
                        let w = |i: usize| words[$first + i];
                        round([a, b, c], &mut d, [e, f, g], &mut h, k(0), w(0));
                        round([h, a, b], &mut c, [d, e, f], &mut g, k(1), w(1));
                        round([g, h, a], &mut b, [c, d, e], &mut f, k(2), w(2));
                        round([f, g, h], &mut a, [b, c, d], &mut e, k(3), w(3));
                        round([e, f, g], &mut h, [a, b, c], &mut d, k(4), w(4));
                        round([d, e, f], &mut g, [h, a, b], &mut c, k(5), w(5));
                        round([c, d, e], &mut f, [g, h, a], &mut b, k(6), w(6));
                        round([b, c, d], &mut e, [f, g, h], &mut a, k(7), w(7));
                    };
                }
                eight_rounds!(0);
                eight_rounds!(8);
            }
            for (sum, word) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                *sum = sum.wrapping_add(word);
            }
        }
    };
}

// In the VM, the coprocessor does this. The constants are the upper halves of the first ones of SHA-512: both begin with the same
// cube roots.
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
compression!(
    /// One compression of SHA-256.
    sha256, u32, 64, |k: u64| (k >> 32) as u32, [2, 13, 22], [6, 11, 25], [7, 18, 3], [17, 19, 10]
);
compression!(
    /// One compression of SHA-512.
    sha512, u64, 80, |k: u64| k, [28, 34, 39], [14, 18, 41], [1, 8, 7], [19, 61, 6]
);
