//! A small workspace with one guest that needs nothing of ours: its `zisk-guest` is a stand-in.

use std::fs;
use std::path::Path;

/// The guest makes panic messages out of every kind of path: of its own source, of a generated one, of a package
/// depended on by path, of one from the registry, and of the core library.
const GUEST: &str = r#"#![no_std]
#![no_main]

include!(concat!(env!("OUT_DIR"), "/generated.rs"));

#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    let argument = zisk_guest::opaque();
    let mut buffer = [0u8; 4];
    let _ = hex::decode_to_slice("0102", &mut buffer[..argument]);
    let value = zisk_guest::checked(argument) + generated(argument) + usize::from(buffer[argument]);
    let text = core::str::from_utf8(&buffer).unwrap();
    assert!(text.len() + value > 5, "source of {}", option_env!("GUEST_LEVEL").unwrap_or("nobody"));
    loop {}
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    zisk_guest::show(info)
}
"#;

const LIBRARY: &str = r#"#![no_std]
use core::fmt::Write;

struct Sink;

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            unsafe { core::ptr::write_volatile(0x2000_0000 as *mut u8, byte) };
        }
        Ok(())
    }
}

pub fn show(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = write!(Sink, "{info}");
    loop {}
}

#[inline(never)]
pub fn opaque() -> usize {
    unsafe { core::ptr::read_volatile(0x2000_0008 as *const usize) }
}

#[inline(never)]
pub fn checked(value: usize) -> usize {
    assert!(value != 7, "seven");
    value
}
"#;

const GENERATOR: &str = r#"fn main() {
    let file = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("generated.rs");
    let text = "fn generated(value: usize) -> usize { assert!(value != 3, \"three\"); value }";
    std::fs::write(file, text).unwrap();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=data/table.txt");
}
"#;

/// Writes the workspace with the guest `small-guest` into a folder.
pub(crate) fn write_workspace(root: &Path, members: &[&str]) {
    write(
        root,
        "Cargo.toml",
        &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
    );
    // The same versions of dependencies as this workspace, where it has them.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, root.join("Cargo.lock")).unwrap();
    }
    let package =
        |name: &str| format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let guest = "[dependencies]\nzisk-guest = { path = \"../zisk-guest\" }\n\
                 hex = { version = \"0.4\", default-features = false }\n[features]\nlouder = []\n";
    write(root, "guest/Cargo.toml", &(package("small-guest") + guest));
    write(root, "guest/src/main.rs", GUEST);
    write(root, "guest/build.rs", GENERATOR);
    write(root, "guest/data/table.txt", "1 2 3\n");
    write(root, "zisk-guest/Cargo.toml", &package("zisk-guest"));
    write(root, "zisk-guest/src/lib.rs", LIBRARY);
}

/// Writes a file and the folders it lies in.
pub(crate) fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
