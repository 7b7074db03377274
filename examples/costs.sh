#!/usr/bin/env bash
# What a proof of each example takes, for an input of about a million instructions: a table for docs/cost-model.md.
# usage: examples/costs.sh      Needs the guest toolchain, as examples/first-run.sh installs it, and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
head -c 22000 Cargo.lock >"$folder/crc"
head -c 15600 Cargo.lock >"$folder/sha"
head -c 1000 README.md >"$folder/words"

cargo build --quiet --release --workspace
cargo run --quiet --release --package cargo-zisk -- build --quiet >/dev/null
cost() {
    local name=$1
    shift
    ZISK_SAVE_INPUT="$folder/input" "target/release/$name-host" "$@" >/dev/null
    target/release/cargo-zisk stats --json --elf "target/zisk/riscv64imac-unknown-none-elf/zisk/$name-guest" \
        --saved-input "$folder/input" >"$folder/$name.json" 2>/dev/null
}
cost fibonacci 71000
cost sha256 "$folder/sha"
cost ecdsa 1
cost json-query 175 /accounts/3/balance
cost sudoku 220
cost interpreter 930
cost image 260
cost c-crc32 "$folder/crc"
cost word-count --words 3 --pattern '[a-z]{4,}' "$folder/words"

python3 - "$folder" <<'PYTHON'
import glob, json, os, sys

def cells(table):
    return table["rows"] * (table["main_columns"] + table["logup_columns"])

runs = {}
for path in sorted(glob.glob(sys.argv[1] + "/*.json")):
    runs[os.path.basename(path)[:-5]] = json.load(open(path))
names = [t["name"] for t in next(iter(runs.values()))["state_machines"] if not t["is_fixed"]]
per = {run: {t["name"]: cells(t) / r["instructions"] for t in r["state_machines"]} for run, r in runs.items()}
used = [n for n in names if any(p[n] >= 0.05 for p in per.values())]
print("| example | instructions | all | " + " | ".join(used) + " |")
print("|---|" + "---:|" * (len(used) + 2))
totals = []
for run, r in runs.items():
    total = sum(per[run][n] for n in names)
    totals.append(total)
    row = " | ".join(f"{per[run][n]:.1f}" if per[run][n] >= 0.05 else "" for n in used)
    print(f"| {run} | {r['instructions']:,} | {total:.1f} | {row} |")
mean = " | ".join(f"{sum(p[n] for p in per.values()) / len(per):.1f}" for n in used)
print(f"| **mean** | | **{sum(totals) / len(totals):.1f}** | {mean} |")
PYTHON
