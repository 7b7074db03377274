//! Shows that a number is composite, without showing its factors.
//!
//! The input is private; the journal is what everybody gets to see.

#![no_std]
#![cfg_attr(not(test), no_main)]

use zisk_guest::{io, journal, println};

zisk_guest::entry!(main);

fn main() {
    let p: u64 = io::read();
    let q: u64 = io::read();
    assert!(p > 1 && q > 1, "a factor of 0 or 1 shows nothing");
    let product = p
        .checked_mul(q)
        .expect("the product does not fit into 64 bits");

    println!("{p} * {q} = {product}");
    journal::commit(&product);
}

// `cargo test` compiles the guest for this machine and runs it as an ordinary program; `cargo zisk test` runs the same
// tests in the VM, too.
#[cfg(test)]
mod tests {
    use zisk_guest::testing::{Outcome, run};

    fn multiply(p: u64, q: u64) -> Outcome {
        run(super::main, |input| {
            input.write(&p);
            input.write(&q);
        })
    }

    #[test]
    fn journal_holds_the_product() {
        let outcome = multiply(17, 23);
        assert_eq!(outcome.exit_code, 0);
        assert_eq!(outcome.decode_journal::<u64>(), Ok(391));
    }

    // In the VM it may cost no more than this: `cargo zisk test --cells` shows how much it is.
    #[zisk_guest::test(max_cells = 1_000_000)]
    fn multiplying_is_cheap() {
        assert_eq!(multiply(3, 5).exit_code, 0);
    }

    #[test]
    fn trivial_factor_is_refused() {
        assert_eq!(
            multiply(1, 391).panic.as_deref(),
            Some("a factor of 0 or 1 shows nothing")
        );
    }

    #[test]
    fn product_beyond_64_bits_is_refused() {
        assert_ne!(multiply(u64::MAX, 2).exit_code, 0);
    }
}
