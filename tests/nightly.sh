#!/usr/bin/env bash
# What takes too long for every change: 100,000 random programs against qemu, the examples at full size, benches.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo run --quiet --release --package cargo-zisk -- toolchain install
ZISK_SEQUENCES=${ZISK_SEQUENCES:-100000} cargo test --release --package zisk-tests --test differential
cargo test --release --workspace
cargo bench --package zisk-tests --bench execution
