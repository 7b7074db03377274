#!/usr/bin/env bash
# Proves runs of 4, 16 and 100 million instructions with 4 GB of memory, which takes about twenty minutes on two cores, and
# draws a plot of it. Fails if a million instructions take longer in a longer run, by more than a tenth, or if the memory is
# not enough.
# usage: examples/scale.sh PLOT.svg     Needs the guest toolchain, as examples/first-run.sh installs it, and python3.
set -euo pipefail
plot=$(realpath "$1")
cd "$(dirname "$0")/.."
results=$(mktemp)
trap 'rm -f "$results"' EXIT

# A number of the sequence takes 14 instructions.
cargo run --quiet --release --package cargo-zisk -- bench --manifest-path examples/fibonacci/guest/Cargo.toml \
    --scale 285714,1142857,7142857 --runs 1 --max-memory 4G --plot "$plot" --json >"$results"

python3 - "$results" <<'PYTHON'
import json, sys

LIMIT = 4 << 30
runs = json.load(open(sys.argv[1]))
print("| instructions | segments | seconds | seconds a million | peak memory | verification | receipt |")
print("|---:|---:|---:|---:|---:|---:|---:|")
pace = []
for run in runs:
    seconds = run["seconds"][0]
    pace.append(seconds / run["instructions"] * 1e6)
    print(f"| {run['instructions']:,} | {run['segments']} | {seconds:.1f} | {pace[-1]:.2f} "
          f"| {run['peak_rss_bytes'] / 1e6:,.0f} MB | {run['verify_seconds'][0] * 1e3:,.0f} ms "
          f"| {run['receipt_bytes'] / 1e6:,.1f} MB |")
failed = False
if max(pace) > 1.1 * pace[0]:
    failed = True
    print(f"a million instructions took {max(pace):.2f} s, and {pace[0]:.2f} s in the shortest run", file=sys.stderr)
for run in runs:
    if run["peak_rss_bytes"] > LIMIT:
        failed = True
        print(f"{run['instructions']:,} instructions took {run['peak_rss_bytes']:,} bytes of {LIMIT:,}", file=sys.stderr)
sys.exit(failed)
PYTHON
