//! The n-th step of the Fibonacci sequence modulo 7919.

#![no_std]
#![cfg_attr(not(test), no_main)]

use zisk_guest::{io, journal};

zisk_guest::entry!(main);

const MODULUS: u32 = 7919;

fn main() {
    let n: u32 = io::read();
    let (mut a, mut b) = (0, 1);
    for _ in 0..n {
        let c = (a + b) % MODULUS;
        a = b;
        b = c;
    }
    journal::commit(&(n, a, b));
}

#[cfg(test)]
mod tests {
    use zisk_guest::testing::run;

    #[test]
    fn first_numbers() {
        for (n, a, b) in [
            (0, 0, 1),
            (1, 1, 1),
            (10, 55, 89),
            (20, 6765, 3027),
            (21, 3027, 1873),
        ] {
            let outcome = run(super::main, |input| {
                input.write(&n);
            });
            assert_eq!(outcome.decode_journal::<(u32, u32, u32)>(), Ok((n, a, b)));
        }
    }
}
