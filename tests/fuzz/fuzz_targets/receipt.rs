#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zisk_hostile::receipt(bytes));
