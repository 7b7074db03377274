//! Runs the guest in the VM, which is quick, and proves it once.

use std::error::Error;

use zisk_host::{Execution, Input, execute, prove};

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

#[test]
fn receipt_is_of_this_guest() -> Result<(), Box<dyn Error>> {
    let receipt = prove(ELF, Input::new().write(&17_u64)?.write(&23_u64)?)?;
    receipt.verify(IMAGE_ID)?;
    assert_eq!(receipt.journal.decode::<u64>()?, 391);
    Ok(())
}
