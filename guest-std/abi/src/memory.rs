//! The memory map.
//!
//! ```text
//! 0x0000_0000  null page, unmapped
//! 0x0000_1000  IMAGE   the program's segments, each with its own permissions
//! 0x1000_0000  guard, unmapped
//! 0x1400_0000  STACK   grows down from its end towards the guard
//! 0x1800_0000  guard, unmapped
//! 0x2000_0000  HEAP    zero at the start
//! 0x5000_0000  INPUT   read-only, its content is the prover's private choice
//! 0x7000_0000  unmapped
//! ```
//!
//! Every mapped address lies below the KoalaBear prime `0x7f00_0001`, so that an address is one field
//! element. Every region begins and ends on a multiple of [`PAGE_SIZE`], and all but the image on a
//! multiple of 2^16, so that membership is a check of an address's upper 16-bit limb alone.

/// Size of a page in bytes: the unit in which memory is mapped and permissions are given.
pub const PAGE_SIZE: u64 = 1 << LOG_PAGE_SIZE;
/// Base-two logarithm of [`PAGE_SIZE`].
pub const LOG_PAGE_SIZE: u32 = 12;
/// No address at or above this one is ever mapped. In bytes; below the KoalaBear prime `0x7f00_0001`.
pub const ADDRESS_SPACE_END: u64 = 0x7f00_0000;

/// A half-open range of addresses, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// What the region is called in messages.
    pub name: &'static str,
    /// First address.
    pub start: u64,
    /// First address behind the region.
    pub end: u64,
}

impl Region {
    /// Number of bytes.
    pub const fn size(&self) -> u64 {
        self.end - self.start
    }

    /// Whether `address` lies in the region.
    pub const fn contains(&self, address: u64) -> bool {
        self.start <= address && address < self.end
    }

    /// Whether the `len` bytes from `address` on all lie in the region. An empty range must start inside
    /// the region or at its end.
    pub const fn contains_range(&self, address: u64, len: u64) -> bool {
        self.start <= address && address <= self.end && len <= self.end - address
    }
}

/// Where the segments of a program may lie.
pub const IMAGE: Region = Region {
    name: "image",
    start: 0x0000_1000,
    end: 0x1000_0000,
};
/// The stack. It starts at the region's end and grows down; 64 MiB of unmapped guard lie beneath.
pub const STACK: Region = Region {
    name: "stack",
    start: 0x1400_0000,
    end: 0x1800_0000,
};
/// The heap, zero at the start.
pub const HEAP: Region = Region {
    name: "heap",
    start: 0x2000_0000,
    end: 0x5000_0000,
};
/// The input: read-only, laid out as [`crate::input`] says, zero behind the last frame when executed.
/// A guest must not rely on those zeros: a prover may put anything there.
pub const INPUT: Region = Region {
    name: "input",
    start: 0x5000_0000,
    end: 0x7000_0000,
};

/// All regions, in the order of their addresses.
pub const REGIONS: [Region; 4] = [IMAGE, STACK, HEAP, INPUT];

const _: () = {
    let mut i = 0;
    let mut previous_end = PAGE_SIZE;
    while i < REGIONS.len() {
        let region = REGIONS[i];
        assert!(
            previous_end <= region.start && region.start < region.end,
            "regions overlap"
        );
        assert!(
            region.start.is_multiple_of(PAGE_SIZE) && region.end.is_multiple_of(PAGE_SIZE),
            "regions are whole pages"
        );
        assert!(
            region.end <= ADDRESS_SPACE_END,
            "regions lie in the address space"
        );
        previous_end = region.end;
        i += 1;
    }
};
