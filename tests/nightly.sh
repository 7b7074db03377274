#!/usr/bin/env bash
# What takes too long for every change: the toolchain from nothing, 100,000 random programs against qemu, all tests in
# release, image ids on another processor, attacks, benches, a run of 100 million instructions.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo run --quiet --release --package cargo-zisk -- toolchain install

# The route for machines that rustup's server is out of reach for, from nothing.
if command -v apt-get >/dev/null; then
    private=$(mktemp -d)
    trap 'rm -rf "$private"' EXIT
    ZISK_HOME=$private cargo run --quiet --release --package cargo-zisk -- toolchain install --private
    ZISK_HOME=$private cargo run --quiet --release --package cargo-zisk -- toolchain status
fi

ZISK_SEQUENCES=${ZISK_SEQUENCES:-100000} cargo test --release --package zisk-tests --test differential
cargo test --release --workspace -- --include-ignored
# The same image id without this processor's vector instructions.
if [ "$(uname -m)" = x86_64 ]; then
    RUSTFLAGS=-Ctarget-cpu=x86-64 cargo test --target-dir target/portable --package zisk-host --test prover image_id
fi
# Everything that a cheat is known to try: changed rows, lies, proofs of them; and whether a test misses each constraint.
for attack in mutations lies proofs deletion; do
    cargo run --quiet --release --package zisk-adversary -- "$attack"
done
tests/determinism.sh
# What strangers may send, an hour for each kind of it; and programs in many forms, some of them proven.
tests/fuzz.sh 3600
ZISK_FORMS=${ZISK_FORMS:-20000} ZISK_PROOFS=${ZISK_PROOFS:-100} cargo test --release --package zisk-tests --test metamorphic
cargo bench --package zisk-tests --bench execution
cargo bench --package zisk-tests --bench proving
examples/costs.sh
examples/scale.sh "${TMPDIR:-/tmp}/zisk-scale.svg"
