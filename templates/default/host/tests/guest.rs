//! Runs the guest in the VM.

use std::error::Error;

use zisk_host::{Execution, Input, execute};

zisk_host::include_guests!();

fn multiply(p: u64, q: u64) -> Result<Execution, Box<dyn Error>> {
    Ok(execute(ELF, Input::new().write(&p)?.write(&q)?)?)
}

#[test]
fn journal_holds_the_product() -> Result<(), Box<dyn Error>> {
    let execution = multiply(17, 23)?;
    assert_eq!(execution.exit_code, 0);
    assert_eq!(execution.journal.decode::<u64>()?, 391);
    Ok(())
}

#[test]
fn trivial_factor_is_refused() -> Result<(), Box<dyn Error>> {
    let execution = multiply(1, 391)?;
    assert_ne!(execution.exit_code, 0);
    assert!(execution.journal.as_bytes().is_empty());
    Ok(())
}
