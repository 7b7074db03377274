//! What is asked about: corners and random values, as bytes, so that both crates can read them.

use k256::elliptic_curve::rand_core::{CryptoRng, Error, RngCore, impls};

pub(crate) type Bytes = [u8; 32];

/// Random numbers that are the same in every run (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators).
#[derive(Clone)]
pub(crate) struct Rng(pub(crate) u64);

impl RngCore for Rng {
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        impls::fill_bytes_via_next(self, bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Rng {}

impl Rng {
    pub(crate) fn bytes(&mut self) -> Bytes {
        let mut bytes = [0; 32];
        self.fill_bytes(&mut bytes);
        bytes
    }
}

/// Numbers around the order of the curve and that of the field, small ones, and random ones of many lengths.
pub(crate) fn numbers(num_random: usize) -> Vec<Bytes> {
    let mut numbers = Vec::new();
    for low in [0, 1, 2, 3, 7, 8, 15, 16, 17, 255] {
        let mut bytes = [0; 32];
        bytes[31] = low;
        numbers.push(bytes);
    }
    for modulus in [
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
        "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffff7ffffe17",
        "0000000000000000000000000000000100000000000000000000000000000000",
        "5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72",
    ] {
        let modulus: Bytes = hex::decode(modulus).unwrap().try_into().unwrap();
        for (difference, is_below) in [(0, false), (1, true), (2, true), (1, false)] {
            let mut bytes = modulus;
            let last = &mut bytes[31];
            *last = if is_below {
                last.wrapping_sub(difference)
            } else {
                *last + difference
            };
            numbers.push(bytes);
        }
    }
    numbers.push([0xff; 32]);
    let mut rng = Rng(1);
    for index in 0..num_random {
        let mut bytes = rng.bytes();
        if index % 3 == 1 {
            let zeros = rng.next_u32() as usize % 32;
            bytes[..zeros].fill(0);
        }
        numbers.push(bytes);
    }
    numbers
}
