//! Verifies a receipt of another guest.
//!
//! Input: the image id that the receipt should be of, then the receipt's bytes. The journal is a tuple of the image id
//! and the journal of the receipt. If the receipt does not verify, the guest fails and commits nothing.

#![no_std]
#![cfg_attr(not(test), no_main)]

use core::fmt;

use zisk_guest::{cycles, io, journal};
use zisk_verifier::{DecodeError, ImageId, Receipt, VerifyError};

zisk_guest::entry!(main);

/// Why a receipt is refused.
#[derive(thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

/// What `main` returns is printed by `Debug`. These errors are written for people, so they are printed as they are.
impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn main() -> Result<(), Refused> {
    let image_id: ImageId = io::read();
    // The input itself and no copy: a receipt has megabytes.
    let receipt = decode(io::read_slice())?;
    verify(&receipt, image_id)?;
    journal::commit(&(image_id, &receipt.journal));
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<Receipt, DecodeError> {
    let _scope = cycles::scope("decode");
    Receipt::from_bytes(bytes)
}

fn verify(receipt: &Receipt, image_id: ImageId) -> Result<(), VerifyError> {
    let _scope = cycles::scope("verify");
    receipt.verify(image_id)
}

/// Receipts that verify take a prover, so they are tested in the host.
#[cfg(test)]
mod tests {
    use zisk_guest::testing::run;
    use zisk_verifier::{ImageId, VERSION};

    #[test]
    fn what_is_no_receipt_is_refused() {
        let damaged = [&b"zisk receipt"[..], &VERSION.to_le_bytes(), b"\x05"].concat();
        for (bytes, reason) in [
            (&b"no receipt"[..], "this is not a receipt"),
            (b"zisk receipt\xff\xff", "a receipt of version 65535"),
            (&damaged, "damaged or incomplete"),
        ] {
            let outcome = run(super::main, |input| {
                input.write(&ImageId([7; 32]));
                input.write_slice(bytes);
            });
            assert_eq!(outcome.exit_code, 1);
            assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
            assert!(outcome.journal.is_empty());
        }
    }
}
