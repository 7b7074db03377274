//! How much memory there is.

use sysinfo::{MemoryRefreshKind, System};

/// Bytes that this process has now; 0 where the system does not say.
pub(super) fn resident() -> u64 {
    /// Bytes of a page, in which Linux counts; where pages are larger there is more than this says, and less is free.
    const PAGE: u64 = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|pages| pages.split_whitespace().nth(1)?.parse::<u64>().ok());
    resident.unwrap_or(0) * PAGE
}

/// Bytes that this process may take if nobody says how many: what the machine, or the group of processes that it is in, has
/// free, less a tenth.
pub(super) fn available() -> u64 {
    // Where the system does not tell, it may well have enough.
    let Ok(mut system) = System::new() else {
        return u64::MAX;
    };
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let group = system
        .cgroup_limits()
        .map_or(u64::MAX, |limits| limits.free_memory);
    match system.available_memory() {
        0 => u64::MAX,
        free => free.min(group) / 10 * 9,
    }
}
