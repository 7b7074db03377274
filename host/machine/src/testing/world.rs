//! Registers and memory for calls of coprocessors, as tables that are not here see to.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use zisk_abi::coprocessor::Coprocessor;

use super::{Asked, Remembered};
use crate::OperationCode;
use crate::coprocessor::{Call, Found};
use crate::halt::Seen;
use crate::messages::Space;
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER};
use crate::word::word;

/// What registers and memory hold, and held.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) held: BTreeMap<(u32, u64), (Space, u64, u32)>,
    remembered: Vec<Remembered>,
    pub(crate) calls: Vec<Call>,
}

impl World {
    /// Puts something into a register or a word of memory.
    pub(crate) fn put(&mut self, space: Space, address: u64, value: u64, time: u32) {
        let of = |is_last, value, time| Remembered {
            is_last,
            space,
            address,
            value,
            time,
        };
        let held = self.held.insert((space as u32, address), (space, value, time));
        if let Some((_, value, time)) = held {
            self.remembered.push(of(true, value, time));
        }
        self.remembered.push(of(false, value, time));
    }

    pub(crate) fn put_all(&mut self, space: Space, pointer: u64, values: &[u64]) {
        for (address, value) in (pointer / 8..).zip(values) {
            self.put(space, address, *value, 0);
        }
    }

    /// Looks at something, wherever it is.
    fn see(&mut self, address: u64, time: u32) -> (Seen, Space) {
        let spaces = [Space::ReadWrite, Space::ReadOnly, Space::Register];
        let is_held = |space: &Space| self.held.contains_key(&(*space as u32, address));
        let space = spaces.into_iter().find(is_held).expect("it is held");
        let (_, value, before) = self.held[&(space as u32, address)];
        self.held.insert((space as u32, address), (space, value, time));
        (Seen { value, before }, space)
    }

    /// Makes a call, with the pointers that it is given.
    pub(crate) fn call(&mut self, coprocessor: &'static Coprocessor, time: u32, pointers: &[u64]) {
        let registers = core::iter::once(NUMBER_REGISTER).chain(ARGUMENT_REGISTER..);
        let values = core::iter::once(&coprocessor.number).chain(pointers);
        let mut seen = Vec::new();
        for (register, value) in registers.zip(values) {
            self.put(Space::Register, register.into(), *value, time - 2);
            seen.push(self.see(register.into(), time).0);
        }
        let pointers = seen.split_off(1);
        let mut call = Call::new(coprocessor, time, seen[0].before, pointers);
        let found = call.find(|address, time| {
            let (seen, space) = self.see(address, time);
            let is_read_only = space == Space::ReadOnly;
            Ok::<_, core::convert::Infallible>(Found { seen, is_read_only })
        });
        found.expect("nothing goes wrong");
        for (address, result) in call.written().expect("the operands have a result") {
            for space in [Space::ReadWrite, Space::ReadOnly] {
                if let Some((_, value, _)) = self.held.get_mut(&(space as u32, address)) {
                    *value = result;
                }
            }
        }
        self.calls.push(call);
    }

    /// What the instructions that make these calls ask for.
    pub(crate) fn asked(calls: &[Call]) -> Vec<Asked> {
        let asked = |call: &Call| Asked {
            code: OperationCode::Ecall,
            time: call.time,
            a: word(0),
            b: word(0),
            c: word(0),
        };
        calls.iter().map(asked).collect()
    }

    /// Everything that is remembered, also of the end.
    pub(crate) fn memory(&self) -> Vec<Remembered> {
        let lasts = self
            .held
            .iter()
            .map(|((_, address), (space, value, time))| Remembered {
                is_last: true,
                space: *space,
                address: *address,
                value: *value,
                time: *time,
            });
        self.remembered.iter().copied().chain(lasts).collect()
    }
}
