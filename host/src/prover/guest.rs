use zisk_abi::memory::PAGE_SIZE;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::{GenerateError, Guest, Heights, ImageWord, fixed_columns};
use zisk_program::Program;
use zisk_stark::{Parameters, ProvingKey, SetupError, VerifyingKey};
use zisk_verifier::{Hash, ProgramCommitment};

use super::ProveError;

/// A program with what is needed to prove its runs.
pub(super) struct Provable {
    pub(super) guest: Guest,
    pub(super) key: ProvingKey<Table, Hash>,
    pub(super) commitment: ProgramCommitment,
}

/// The highest tables: beyond, proofs would not have the security that receipts must have.
pub(super) const MAX_LOG_HEIGHT: usize = 22;

/// The heights that tables may have.
pub(crate) struct Allowed(Parameters);

impl Allowed {
    pub(crate) fn standard() -> Self {
        Self(Parameters::standard())
    }
}

impl Heights for Allowed {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        if log_height > MAX_LOG_HEIGHT {
            return None;
        }
        VerifyingKey::<Table, Hash>::active_rows(&self.0, log_height)
    }

    fn may_leave_out(&self) -> bool {
        true
    }
}

impl Provable {
    pub(super) fn new(program: &Program) -> Result<Self, ProveError> {
        let guest = guest(program)?;
        let heights = Allowed::standard();
        let with_fixed = |table: &Table| Ok((*table, fixed_columns(*table, &guest, &heights)?));
        let tables: Result<Vec<_>, GenerateError> = Table::ALL.iter().map(with_fixed).collect();
        let key = ProvingKey::with_shared_buses(tables?, &SHARED_BUSES, Parameters::standard())?;
        // The entry lies in the image, below 2^28.
        let commitment = ProgramCommitment::new(key.verifying_key(), guest.entry() as u32)
            .ok_or(ProveError::Setup(SetupError::FixedRoot))?;
        Ok(Self {
            guest,
            key,
            commitment,
        })
    }
}

/// The program as the machine knows it.
///
/// # Errors
/// When it is larger than its tables can be. What it would take is not allocated then: a small file can say that its
/// memory is huge.
pub(crate) fn guest(program: &Program) -> Result<Guest, ProveError> {
    let read = || {
        program
            .segments()
            .iter()
            .filter(|segment| segment.permissions().read)
    };
    let num_words = read().map(|segment| {
        let range = segment.mapped_range();
        (range.end - range.start) / 8
    });
    let rows = num_words.sum::<u64>() as usize;
    if rows > 1 << MAX_LOG_HEIGHT {
        let table = Table::Image;
        return Err(GenerateError::TooManyRows { table, rows }.into());
    }
    let instructions = program.executable_segments().flat_map(|segment| {
        let start = segment.start();
        let at = move |(index, decoded): (usize, Option<zisk_isa::Decoded>)| {
            let decoded = decoded?;
            Some((start + 2 * index as u64, decoded.instruction, decoded.len))
        };
        segment.instructions().enumerate().filter_map(at)
    });
    let mut words = Vec::with_capacity(rows);
    for segment in read() {
        let range = segment.mapped_range();
        let mut bytes = vec![0_u8; (range.end - range.start) as usize];
        let offset = (segment.start() % PAGE_SIZE) as usize;
        bytes[offset..offset + segment.data().len()].copy_from_slice(segment.data());
        let is_writable = segment.permissions().write;
        let word = |(index, bytes): (usize, &[u8; 8])| ImageWord {
            is_writable,
            address: range.start / 8 + index as u64,
            value: u64::from_le_bytes(*bytes),
        };
        words.extend(bytes.as_chunks().0.iter().enumerate().map(word));
    }
    Ok(Guest::new(program.entry(), instructions, words))
}
