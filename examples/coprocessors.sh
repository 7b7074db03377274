#!/usr/bin/env bash
# What proofs of work with coprocessors take, and of a part of it without: a table for docs/cost-model.md. A few minutes.
# usage: examples/coprocessors.sh      Needs the guest toolchain, as examples/first-run.sh installs it, and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --quiet --release --package coprocessors-host --package cargo-zisk

measure() {
    local name=$1 task=$2
    shift 2
    ZISK_SAVE_INPUT="$folder/input" target/release/coprocessors-host --task "$task" "$@" >/dev/null
    local input=(--elf target/zisk/riscv64imac-unknown-none-elf/zisk/coprocessors-guest --saved-input "$folder/input")
    target/release/cargo-zisk stats --json "${input[@]}" >"$folder/stats.json" 2>/dev/null
    target/release/cargo-zisk bench --json --runs 1 "${input[@]}" >"$folder/bench.json" 2>/dev/null
    python3 - "$name" "$folder" <<'PYTHON'
import json, sys

name, folder = sys.argv[1:]
stats, bench = (json.load(open(f"{folder}/{file}.json")) for file in ("stats", "bench"))
cells = sum(t["rows"] * (t["main_columns"] + t["logup_columns"]) for t in stats["state_machines"] if not t["is_fixed"])
print(f"| {name} | {stats['instructions']:,} | {cells / 1e6:.1f} | {bench['seconds'][0]:.1f} "
      f"| {bench['segments']} | {bench['receipt_bytes'] / 1e6:.1f} MB |")
PYTHON
}

echo "| work | instructions | million cells | seconds | segments | receipt |"
echo "|---|---:|---:|---:|---:|---:|"
measure "SHA-256 of 1,000,000 bytes" 0 --bytes 1000000
measure "the same of 50,000 bytes, in software" 1 --bytes 50000
measure "Keccak-256 of 1,000,000 bytes" 2 --bytes 1000000
measure "the same of 50,000 bytes, in software" 3 --bytes 50000
measure "1,000 signatures of ECDSA over secp256k1" 4 --signatures 1000
measure "2 of them, in software" 5 --signatures 2
measure "a power modulo a number of 2048 bits, the exponent, too" 6 --exponent-bits 2048
measure "the same of an exponent of 64 bits, in software" 7 --exponent-bits 64
