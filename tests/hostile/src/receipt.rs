use zisk_host::{ImageId, Input, Receipt, image_id, prove};
use zisk_tests::guests::counting;

use crate::bounded;

/// The most bytes that are allocated for each of a receipt: a list within a list takes one, and a few elements' room.
const DECODED: usize = 256;

/// Bytes that somebody sends as a receipt: they are decoded or refused, and what is decoded proves nothing.
///
/// # Panics
/// When something does not hold.
pub fn receipt(bytes: &[u8]) {
    let Ok(receipt) = bounded(bytes.len(), DECODED, || Receipt::from_bytes(bytes)) else {
        return;
    };
    // It is asked for the program that it says it is of, which spares a stranger that much.
    let id = receipt.image_id();
    assert!(receipt.verify(id).is_err(), "nobody proved this");
    let _ = receipt.verify_dev_mode(id, 0);
    let again = Receipt::from_bytes(&receipt.to_bytes());
    assert!(again.is_ok_and(|again| again.to_bytes() == receipt.to_bytes()));
}

/// An honest receipt, to be changed.
#[derive(Debug)]
pub struct HonestReceipt {
    id: ImageId,
    bytes: Vec<u8>,
}

impl HonestReceipt {
    /// Proves a run of a small guest.
    ///
    /// # Panics
    /// When that fails.
    pub fn new() -> Self {
        let elf = counting(3, 0);
        let id = image_id(&elf).expect("the guest can be proven");
        let receipt = prove(&elf, Input::new()).expect("its run can be proven");
        assert_eq!(receipt.verify(id), Ok(()));
        Self {
            id,
            bytes: receipt.to_bytes(),
        }
    }
}

impl Default for HonestReceipt {
    fn default() -> Self {
        Self::new()
    }
}

/// The honest receipt with some edits ([`edited`]): it verifies only if they leave what it says as it was.
///
/// # Panics
/// When something does not hold.
pub fn receipt_of_edits(honest: &HonestReceipt, edits: &[u8]) {
    let bytes = edited(&honest.bytes, edits);
    let Ok(receipt) = bounded(bytes.len(), DECODED, || Receipt::from_bytes(&bytes)) else {
        return;
    };
    if receipt.verify(honest.id).is_ok() {
        // But for the last byte: whether the prover says that it hid the run.
        let [said, again] =
            [&honest.bytes, &receipt.to_bytes()].map(|bytes| bytes[..bytes.len() - 1].to_vec());
        assert!(said == again, "a changed receipt was accepted: {edits:02x?}");
    }
}

/// Bytes with edits, each of them 8 bytes: 4 of a place, one of what is done there, 3 of what with.
fn edited(bytes: &[u8], edits: &[u8]) -> Vec<u8> {
    const MAX_EDITS: usize = 16;
    let mut bytes = bytes.to_vec();
    for edit in edits.as_chunks::<8>().0.iter().take(MAX_EDITS) {
        let [a, b, c, d, kind, with @ ..] = *edit;
        let from_start = u32::from_le_bytes([a, b, c, d]) as usize;
        let place = from_start % bytes.len().max(1);
        let rest = bytes.len() - place;
        let len = usize::from(with[0]).min(rest);
        match kind % 6 {
            0 => bytes
                .iter_mut()
                .skip(place)
                .zip(with)
                .for_each(|(byte, with)| *byte ^= with),
            1 => bytes
                .iter_mut()
                .skip(place)
                .zip(with)
                .for_each(|(byte, with)| *byte = with),
            2 => drop(bytes.splice(place..place, with)),
            3 => drop(bytes.drain(place..place + len)),
            4 => {
                // A stretch takes the place of what is as long and begins elsewhere.
                let source =
                    (usize::from(with[1]) << 8 | usize::from(with[2])) * 64 % (bytes.len() - len + 1);
                bytes.copy_within(source..source + len, place);
            }
            _ => bytes.truncate(place),
        }
    }
    bytes
}
