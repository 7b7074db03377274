use p3_field::PrimeCharacteristicRing;
use zisk_isa::Kind;
use zisk_stark::Val;

use super::DoubleColumns;
use crate::memory::access::AccessColumns;
use crate::memory::{Request, WordState};
use crate::word::word;

/// Fills a row with a load or a store of a word, which is in read-only memory or not, and was in this state.
pub fn fill(request: &Request, is_read_only: bool, old: &WordState, row: &mut [Val]) {
    let is_store = matches!(request.code.access(), Some(Kind::Store(_)));
    let [low, upper, ..] = word(request.base);
    DoubleColumns {
        time: Val::from_u32(request.time),
        access: AccessColumns::new(old.time, request.time),
        base: [low, upper],
        offset: Val::from_i32(request.offset),
        is_read_only: Val::from_bool(is_read_only),
        is_load: Val::from_bool(!is_store),
        is_store: Val::from_bool(is_store),
        old: word(old.value),
        new: word(if is_store { request.value } else { old.value }),
    }
    .store(row);
}
