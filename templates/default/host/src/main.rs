//! Executes the guest and reads what it made public.

use std::error::Error;

use zisk_host::{Input, execute};

// Defines `ELF`, the guest that build.rs built.
zisk_host::include_guests!();

fn main() -> Result<(), Box<dyn Error>> {
    // The guest reads these in the same order. They stay private.
    let input = Input::new().write(&17_u64)?.write(&23_u64)?;
    let execution = execute(ELF, input)?;
    if execution.exit_code != 0 {
        return Err(format!("the guest ended with exit code {}", execution.exit_code).into());
    }

    let product: u64 = execution.journal.decode()?;
    println!(
        "{product} is composite, as {} instructions have shown",
        execution.stats.instructions
    );
    Ok(())
}
