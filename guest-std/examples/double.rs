//! A whole guest: doubles each number it is given, and fails for want of numbers.

#![no_std]
#![cfg_attr(not(test), no_main)]

use zisk_guest::io::ReadError;
use zisk_guest::{io, journal, println};

zisk_guest::entry!(main);

fn main() -> Result<(), ReadError> {
    let mut numbers = 0;
    while let Ok(number) = io::try_read::<u32>() {
        println!("{number}");
        assert!(number != 13, "13 is unlucky");
        if number == 14 {
            zisk_guest::exit(1024);
        }
        journal::commit(&(2 * number));
        numbers += 1;
    }
    if numbers == 0 {
        io::try_read::<u32>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use zisk_guest::testing;

    #[test]
    fn numbers_are_doubled() {
        let outcome = testing::run(super::main, |input| {
            input.write(&1u32);
            input.write(&2u32);
        });
        assert_eq!(outcome.decode_journal(), Ok((2u32, 4u32)));
    }
}
