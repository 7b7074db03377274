use p3_field::PrimeCharacteristicRing;
use zisk_isa::{Kind, Width};
use zisk_stark::Val;

use super::AlignedColumns;
use crate::memory::access::AccessColumns;
use crate::memory::codes::is_unsigned_load;
use crate::memory::request::mask;
use crate::memory::{Request, WordState};
use crate::word::{limbs, word};

/// Fills a row with a load or a store of a part of one word, which is in read-only memory or not, and was in this
/// state.
pub fn fill(request: &Request, is_read_only: bool, old: &WordState, row: &mut [Val]) {
    let Some(width) = request.code.width() else { return };
    let position = request.position();
    let shift = 8 * position;
    let (stored, loaded) = match request.code.access() {
        Some(Kind::Load(_, extend)) => (None, extend(old.value >> shift)),
        _ => (Some(request.value), 0),
    };
    let mask = mask(width);
    let new = stored.map_or(old.value, |value| {
        old.value & !(mask << shift) | (value & mask) << shift
    });
    let last_limb = (position + width.bytes() as u32 - 1) / 2;
    let [low_byte, high_byte] = [0, 8].map(|shift| limbs(old.value)[last_limb as usize] >> shift & 0xff);
    let is_byte_in = |half| width == Width::Byte && position % 2 == half;
    let (byte, other_byte) = if is_byte_in(0) {
        (low_byte, high_byte)
    } else {
        (high_byte, low_byte)
    };
    let is_signed = stored.is_none() && !is_unsigned_load(request.code);
    let [low, upper, ..] = word(request.base);
    AlignedColumns {
        time: Val::from_u32(request.time),
        access: AccessColumns::new(old.time, request.time),
        base: [low, upper],
        offset: Val::from_i32(request.offset),
        is_read_only: Val::from_bool(is_read_only),
        is_low_byte: Val::from_bool(is_byte_in(0)),
        is_high_byte: Val::from_bool(is_byte_in(1)),
        is_half: Val::from_bool(width == Width::Half),
        is_word: Val::from_bool(width == Width::Word),
        is_store: Val::from_bool(stored.is_some()),
        is_signed: Val::from_bool(is_signed),
        last_is_odd: Val::from_bool(last_limb % 2 == 1),
        last_is_upper: Val::from_bool(last_limb >= 2),
        old: word(old.value),
        new: word(new),
        value: word(stored.unwrap_or(loaded)),
        byte: Val::from_u32(byte),
        other_byte: Val::from_u32(other_byte),
        second_byte: Val::from_u64(stored.unwrap_or(loaded) >> 8 & 0xff),
        sign: Val::from_bool(is_signed && byte >> 7 == 1),
    }
    .store(row);
}
