//! The register file.

/// Where the interpreter sends what an instruction writes to x0.
pub(crate) const SINK: u8 = 32;

/// The 32 integer registers. x0 reads as 0.
///
/// The array is indexed by `u8` and has 256 entries, so that no access needs a bounds check. Entries from
/// 32 on are not registers.
#[derive(Clone)]
pub struct Registers(pub(crate) Box<[u64; 256]>);

impl Registers {
    /// All zero.
    pub(crate) fn new() -> Self {
        Self(Box::new([0; 256]))
    }

    /// With these values; that of x0 does not matter.
    pub(crate) fn from_array(values: &[u64; 32]) -> Self {
        let mut registers = Self::new();
        for (index, value) in (0..).zip(values) {
            registers.set(index, *value);
        }
        registers
    }

    /// Value of register `index`, which is taken modulo 32.
    pub fn get(&self, index: u8) -> u64 {
        self.0[(index & 31) as usize]
    }

    /// The values of all registers.
    pub fn to_array(&self) -> [u64; 32] {
        std::array::from_fn(|index| self.get(index as u8))
    }

    /// Writes register `index`, taken modulo 32; writing x0 has no effect.
    pub(crate) fn set(&mut self, index: u8, value: u64) {
        let index = index & 31;
        self.0[if index == 0 { SINK } else { index } as usize] = value;
    }
}

impl std::fmt::Debug for Registers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries((0..32).map(|i| (zisk_isa::register_name(i), self.get(i))))
            .finish()
    }
}
