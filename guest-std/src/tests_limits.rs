//! What a test says that it may cost.

/// Tells whoever runs a test in the VM how many cells its run may cost beyond that of an empty test. Elsewhere it does nothing.
pub fn max_cells(cells: u64) {
    #[cfg(all(zisk_test, target_arch = "riscv64", target_os = "none"))]
    drop(crate::cycles::scope(&alloc::format!(
        "{}{cells}",
        zisk_abi::test::MAX_CELLS
    )));
    #[cfg(not(all(zisk_test, target_arch = "riscv64", target_os = "none")))]
    let _ = cells;
}
