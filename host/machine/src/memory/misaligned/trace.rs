use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use zisk_isa::{Kind, Width};
use zisk_stark::Val;

use super::MisalignedColumns;
use super::columns::NUM_BYTES;
use crate::memory::access::AccessColumns;
use crate::memory::codes::is_unsigned_load;
use crate::memory::request::mask;
use crate::memory::{Request, WordState};
use crate::word::{bytes, word};

/// Fills a row with a load or a store of more than one byte. The words were in these states, and are in read-only
/// memory or not; what is said of the second does not count unless the access ends there.
pub fn fill(request: &Request, is_read_only: [bool; 2], old: &[WordState; 2], row: &mut [Val]) {
    let Some(width) = request.code.width() else { return };
    let position = request.position();
    let is_across = u64::from(position) + width.bytes() > 8;
    let both = |words: [u64; 2]| u128::from(words[0]) | u128::from(words[1]) << 64;
    let before = both([old[0].value, if is_across { old[1].value } else { 0 }]);
    let shift = 8 * position;
    let mask = u128::from(mask(width)) << shift;
    let (value, after) = if let Some(Kind::Load(_, extend)) = request.code.access() {
        (extend((before >> shift) as u64), before)
    } else {
        let stored = u128::from(request.value) << shift;
        (request.value, before & !mask | stored & mask)
    };
    let is_store = matches!(request.code.access(), Some(Kind::Store(_)));
    let is_signed = !is_store && !is_unsigned_load(request.code);
    let last = value.to_le_bytes()[width.bytes() as usize - 1];
    let [low, upper, ..] = word(request.base);
    let cells = |value: u128| -> [Val; NUM_BYTES] { value.to_le_bytes().map(Val::from_u8) };
    let second = if is_across {
        AccessColumns::new(old[1].time, request.time)
    } else {
        AccessColumns {
            old_time: Val::ZERO,
            high: Val::ZERO,
        }
    };
    MisalignedColumns {
        time: Val::from_u32(request.time),
        first: AccessColumns::new(old[0].time, request.time),
        second,
        is_read_only: [is_read_only[0], is_read_only[1] && is_across].map(Val::from_bool),
        base: [low, upper],
        offset: Val::from_i32(request.offset),
        is_half: Val::from_bool(width == Width::Half),
        is_word: Val::from_bool(width == Width::Word),
        is_double: Val::from_bool(width == Width::Double),
        is_store: Val::from_bool(is_store),
        is_signed: Val::from_bool(is_signed),
        begins_at: from_fn(|byte| Val::from_bool(byte == position as usize)),
        is_across: Val::from_bool(is_across),
        old: cells(before),
        new: cells(after),
        value: bytes(value),
        last: Val::from_u8(last),
        sign: Val::from_bool(is_signed && last >> 7 == 1),
    }
    .store(row);
}
