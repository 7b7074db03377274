use std::io;

use zisk_host::{ExecutorEnv, Input, Prover, execute};

use super::{ELF, IMAGE_ID};

/// By long division of the polynomials, the highest power in the lowest bit: the first 32 bits are inverted, 32
/// zeros follow, the remainder is inverted.
fn crc32(data: &[u8]) -> u32 {
    let mut bits: Vec<bool> = data
        .iter()
        .chain(&[0; 4])
        .enumerate()
        .flat_map(|(index, byte)| (0..8).map(move |bit| (byte >> bit & 1 == 1) != (index < 4)))
        .collect();
    for start in 0..8 * data.len() {
        if bits[start] {
            // 0x104C11DB7 from its highest bit on.
            (0..33).for_each(|power| bits[start + power] ^= 0x1_04C1_1DB7_u64 >> (32 - power) & 1 == 1);
        }
    }
    (0..32)
        .map(|power| u32::from(!bits[8 * data.len() + power]) << power)
        .sum()
}

#[test]
fn journal_agrees_with_long_division() {
    let data: Vec<u8> = (0..5000u32).map(|i| ((i * i) >> 3) as u8).collect();
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    for data in [&b"123456789"[..], &data, &data[..4], &data[..1]] {
        let execution = execute(ELF, Input::from_bytes(data)).unwrap();
        assert_eq!(execution.exit_code, 0);
        let expected = (data.len() as u64, crc32(data));
        assert_eq!(execution.journal.decode::<(u64, u32)>().unwrap(), expected);
    }
}

#[test]
fn missing_input_is_exit_code_103() {
    let environment = ExecutorEnv::new().stderr(io::sink());
    let execution = environment.execute(ELF, Input::new()).unwrap();
    assert_eq!(execution.exit_code, 103);
    assert!(execution.journal.as_bytes().is_empty());
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = Input::from_bytes(b"123456789");
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
