//! Loading: file header, program headers, segments, entry point, in this order.

mod error;
mod header;
mod segments;

pub use error::ElfError;

use crate::program::Program;

/// See [`Program::from_elf`].
pub(crate) fn load(bytes: &[u8]) -> Result<Program, ElfError> {
    let header = header::parse(bytes)?;
    let program_headers = header::program_headers(bytes, &header)?;
    let loads = segments::select(bytes, &program_headers)?;
    segments::check_entry(header.e_entry, &loads)?;
    Ok(Program::new(
        header.e_entry,
        loads.iter().map(|load| load.to_segment(bytes)).collect(),
    ))
}
