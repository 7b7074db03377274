#!/usr/bin/env bash
# Passes all tests. Installs what they need: the guest toolchain, on Debian and Ubuntu the tools that some tests compare
# with, and cargo-fuzz to a folder of its own. Needs cargo, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*" >&2; }

if ! cargo --version >/dev/null 2>&1; then
    echo "error: no working cargo in PATH; install Rust as https://rustup.rs says, then run this again" >&2
    exit 1
fi

# Tests that compare with these say that they are skipped where they cannot be had.
packages=()
command -v qemu-riscv64 >/dev/null || packages+=(qemu-user)
command -v riscv64-unknown-elf-gcc >/dev/null || packages+=(gcc-riscv64-unknown-elf)
command -v zsh >/dev/null || packages+=(zsh)
command -v fish >/dev/null || packages+=(fish)
command -v groff >/dev/null || packages+=(groff)
command -v riscv64-unknown-elf-objdump >/dev/null || packages+=(binutils-riscv64-unknown-elf)
command -v gdb-multiarch >/dev/null || packages+=(gdb-multiarch)
command -v chromium >/dev/null || packages+=(chromium)
if [ ${#packages[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        say "no apt-get here: going on without ${packages[*]}"
    else
        as_root=()
        [ "$(id -u)" = 0 ] || as_root=(sudo -n)
        say "installing ${packages[*]}"
        "${as_root[@]}" apt-get update -qq >/dev/null || say "apt-get update failed"
        # One by one: what one distribution calls otherwise must not keep the others away.
        for package in "${packages[@]}"; do
            DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
                say "could not install $package: going on without"
        done
    fi
fi

say "the guest toolchain"
# What `cargo zisk toolchain install` does, without the prover that the command line is compiled with.
cargo run --quiet --package zisk-build --no-default-features --features toolchain --example guest_toolchain

# Verifiers are checked for WebAssembly where that target can be had.
if command -v rustup >/dev/null && ! rustup target add wasm32-unknown-unknown >/dev/null 2>&1; then
    say "no wasm32-unknown-unknown from rustup: going on without"
fi

if cargo fmt --version >/dev/null 2>&1; then
    say "formatting"
    cargo fmt --all --check
    cargo fmt --check --manifest-path guest-std/patches/keccak-0.2/Cargo.toml
else
    say "skipped: formatting: rustup component add rustfmt"
fi

if cargo clippy --version >/dev/null 2>&1; then
    say "lints"
    cargo clippy --quiet --workspace --all-targets -- --deny warnings
    # As verifiers are built: without what tests switch on.
    cargo clippy --quiet --package zisk-verifier --lib -- --deny warnings
    cargo clippy --quiet --manifest-path guest-std/patches/keccak-0.2/Cargo.toml --all-targets --all-features -- --deny warnings
else
    say "skipped: lints: rustup component add clippy"
fi

say "tests"
cargo test --workspace --no-run

# Beside the tests, which leave processors alone where they wait for the compiler or for each other.
mkdir -p target
# As a process group of its own, which ends with this script.
set -m
tests/fuzz.sh 60 >target/fuzzing.log 2>&1 &
fuzzing=$!
set +m
trap 'kill -- "-$fuzzing" 2>/dev/null || true' EXIT

cargo test --workspace
# Two members of a workspace cannot have one name, so this one has a workspace of its own.
cargo test --manifest-path guest-std/patches/keccak-0.2/Cargo.toml --all-features

say "fuzzing"
status=0
wait "$fuzzing" || status=$?
trap - EXIT
cat target/fuzzing.log >&2
exit "$status"
