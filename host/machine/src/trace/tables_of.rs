use alloc::vec::Vec;

use zisk_isa::Instruction;

use crate::Table;
use crate::memory::{Request, WordState, atomic};
use crate::rom::encode;

/// The tables that need a row each for an instruction, beside that of instructions: of a load or a store, for an address that
/// is a multiple of its width or not. What a system call needs does not show in its instruction.
pub fn tables_of(instruction: &Instruction, is_aligned: bool) -> Vec<Table> {
    let Some(code) = encode(*instruction, 0, 4).and_then(|encoded| encoded.code) else {
        return Vec::new();
    };
    if let Some(table) = code.table() {
        // A signed division asks for an unsigned one.
        let more = (table == Table::DivideSigned).then_some(Table::Divide);
        return [table].into_iter().chain(more).collect();
    }
    let request = Request {
        code,
        time: 0,
        base: u64::from(!is_aligned),
        offset: 0,
        value: 0,
    };
    let asked = || atomic::asks(&request, &WordState::default());
    match request.table() {
        Some(Table::Atomic) => {
            let more = asked().and_then(|(code, ..)| code.table());
            [Table::Atomic].into_iter().chain(more).collect()
        }
        Some(table) => [table].into_iter().collect(),
        None => Vec::new(),
    }
}
