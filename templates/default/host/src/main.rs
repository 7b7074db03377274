//! Proves what the guest does, and reads what it made public.

use std::error::Error;

use zisk_host::{Input, prove};

// Defines `ELF`, the guest that build.rs built, and `IMAGE_ID`, by which others know it.
zisk_host::include_guests!();

fn main() -> Result<(), Box<dyn Error>> {
    // The guest reads these in the same order. They stay private.
    let input = Input::new().write(&17_u64)?.write(&23_u64)?;
    let receipt = prove(ELF, input)?;

    // Whoever gets the receipt does this, and needs nothing but the image id.
    receipt.verify(IMAGE_ID)?;
    let product: u64 = receipt.journal.decode()?;
    println!("{product} is composite: {} bytes prove it and hide its factors", receipt.to_bytes().len());
    Ok(())
}
