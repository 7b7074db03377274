//! C in a guest: compiled for the VM, and for the host when the guest is built natively.

#![cfg(all(feature = "c", feature = "guests"))]

mod support;

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{write, write_workspace};
use zisk_build::build::GuestBuild;

/// One source for both: on the VM there is no operating system.
const GUEST: &str = r#"#![cfg_attr(target_os = "none", no_std, no_main)]

unsafe extern "C" {
    fn c_sum(values: *const u64, len: usize) -> u64;
}

fn sum(values: &[u64]) -> u64 {
    unsafe { c_sum(values.as_ptr(), values.len()) }
}

#[cfg(not(target_os = "none"))]
fn main() {
    println!("{}", sum(&[1, 2, 39]));
}

#[cfg(target_os = "none")]
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    let values = [zisk_guest::opaque() as u64; 3];
    zisk_guest::checked(sum(&values) as usize);
    loop {}
}

#[cfg(target_os = "none")]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    zisk_guest::show(info)
}
"#;

const C: &str = r#"#include <stddef.h>
#include <stdint.h>
#include "sum.h"

uint64_t c_sum(const uint64_t *values, size_t len) {
    uint64_t sum = START;
    for (size_t i = 0; i < len; i++) sum += values[i];
    return sum;
}

const char *c_file(void) { return __FILE__; }
"#;

const BUILD: &str = r#"fn main() {
    let build = zisk_build::c::Build::new().file("c/sum.c").include("c").define("START", "0");
    if let Err(error) = build.compile("sum") {
        panic!("{error}");
    }
}
"#;

/// The guest in a folder that is the same in every run, so that cargo's results stay.
fn project(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    write_workspace(&root, &["guest", "zisk-guest"]);
    let manifest = fs::read_to_string(root.join("guest/Cargo.toml")).unwrap();
    let dependency = format!(
        "[build-dependencies]\nzisk-build = {{ path = {:?}, default-features = false, features = [\"c\"] }}\n",
        env!("CARGO_MANIFEST_DIR")
    );
    write(&root, "guest/Cargo.toml", &(manifest + &dependency));
    write(&root, "guest/src/main.rs", GUEST);
    write(&root, "guest/build.rs", BUILD);
    write(&root, "guest/c/sum.c", C);
    write(
        &root,
        "guest/c/sum.h",
        "uint64_t c_sum(const uint64_t *values, size_t len);\n",
    );
    root
}

fn has_cross_compiler() -> bool {
    let found = which::which("riscv64-unknown-elf-gcc").is_ok();
    if !found {
        let message = "skipped: riscv64-unknown-elf-gcc is not in PATH; run `apt-get install gcc-riscv64-unknown-elf`\n";
        io::stderr().write_all(message.as_bytes()).unwrap();
    }
    found
}

#[test]
fn c_is_part_of_the_guest_without_a_path_of_the_machine() {
    if !has_cross_compiler() {
        return;
    }
    let elves = ["c-one", "c-two/deeper"].map(|name| {
        let root = project(name);
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c-guests").join(name);
        let built = GuestBuild::new(root.join("guest"))
            .target_dir(target)
            .quiet(true)
            .run()
            .unwrap()
            .remove(0);
        for input in ["c/sum.c", "c"] {
            let path = root.join("guest").join(input).canonicalize().unwrap();
            assert!(
                built.inputs.iter().any(|input| input.ends_with(&path)),
                "no {input} in {:?}",
                built.inputs
            );
        }
        fs::read(built.elf_path).unwrap()
    });
    assert!(elves[0] == elves[1], "the two ELF files differ");
    let contains = |text: &str| {
        elves[0]
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(contains("c_sum") && contains("/packages/small-guest"));
    let compiler = which::which("riscv64-unknown-elf-gcc").unwrap();
    let prefix = compiler
        .ancestors()
        .nth(2)
        .unwrap()
        .join("")
        .display()
        .to_string();
    for folder in [prefix.as_str(), env!("CARGO_TARGET_TMPDIR"), "/../lib/gcc"] {
        assert!(!contains(folder), "{folder} is in the ELF");
    }
}

#[test]
fn natively_it_is_the_hosts_compiler() {
    let root = project("c-native");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c-hosts");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(&root)
        .args(["run", "--quiet", "--package", "small-guest"])
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "42\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
