//! What an outer cargo, clippy or rust-analyzer leaves in the environment, kept from an inner cargo.

use std::env;
use std::process::Command;

/// Settings of the user that hold for every cargo on the machine, so also for the inner one.
const KEPT: &[&str] = &["CARGO_HOME", "CARGO_BUILD_JOBS", "CARGO_MAKEFLAGS", "CARGO_LOG"];
const KEPT_PREFIXES: &[&str] = &[
    "CARGO_CACHE_",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CARGO_RESOLVER_",
    "CARGO_SOURCE_",
    "CARGO_TERM_",
];

const REMOVED: &[&str] = &[
    "DEBUG",
    "HOST",
    "NUM_JOBS",
    "OPT_LEVEL",
    "OUT_DIR",
    "PROFILE",
    "RA_RUSTC_WRAPPER",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_TOOLCHAIN_SOURCE",
    "RUST_RECURSION_COUNT",
    "RUST_TARGET_PATH",
    "TARGET",
];
const REMOVED_PREFIXES: &[&str] = &["CARGO", "CLIPPY_", "DEP_", "RUSTC", "RUSTDOC", "__CARGO"];

/// Whether a variable of this name would change what an inner cargo builds, or where.
///
/// The job server (`CARGO_MAKEFLAGS`) is kept: an inner cargo that asks the outer one for its jobs does not
/// use more processors than the user allowed, and it always owns the job of the process it runs in.
pub(crate) fn leaks(name: &str) -> bool {
    if KEPT.contains(&name) || KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return false;
    }
    if let Some(setting) = name.strip_prefix("CARGO_TARGET_") {
        // CARGO_TARGET_<TRIPLE>_LINKER and its like for the host are needed by build scripts.
        return setting == "DIR" || setting.starts_with("RISCV64IMAC_") || setting.ends_with("_RUSTFLAGS");
    }
    REMOVED.contains(&name) || REMOVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Keeps from `command` every variable that [`leaks`].
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(leaks) {
            command.env_remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::leaks;

    #[test]
    fn what_an_outer_cargo_sets_is_removed() {
        for name in [
            "CARGO",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_CFG_TARGET_OS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_INCREMENTAL",
            "CARGO_MANIFEST_DIR",
            "CARGO_PROFILE_RELEASE_LTO",
            "CARGO_PROFILE_ZISK_OPT_LEVEL",
            "CARGO_TARGET_DIR",
            "CARGO_TARGET_RISCV64IMAC_UNKNOWN_NONE_ELF_LINKER",
            "CARGO_TARGET_RISCV64IMAC_UNKNOWN_NONE_ELF_RUSTFLAGS",
            "CLIPPY_ARGS",
            "DEP_Z_ROOT",
            "OUT_DIR",
            "RUSTC",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTC_WRAPPER",
            "RUSTDOCFLAGS",
            "RUSTFLAGS",
            "RUSTUP_TOOLCHAIN",
            "TARGET",
        ] {
            assert!(leaks(name), "{name} must not reach the inner cargo");
        }
    }

    #[test]
    fn what_the_user_set_for_every_cargo_stays() {
        for name in [
            "CARGO_BUILD_JOBS",
            "CARGO_HOME",
            "CARGO_HTTP_PROXY",
            "CARGO_MAKEFLAGS",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_MINE_TOKEN",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER",
            "CARGO_TERM_COLOR",
            "HOME",
            "PATH",
            "RUSTUP_HOME",
            "RUST_BACKTRACE",
        ] {
            assert!(!leaks(name), "{name} must reach the inner cargo");
        }
    }
}
