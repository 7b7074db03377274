#!/usr/bin/env bash
# Runs every fuzzer for some time, side by side as far as there are processors: tests/fuzz.sh [SECONDS [FUZZER..]].
# Fails when one finds something; what it found is then in tests/fuzz/artifacts. Installs cargo-fuzz; says so where it cannot
# be had, and does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
fuzzers=("$@")
[ ${#fuzzers[@]} -gt 0 ] || fuzzers=(elf input receipt edits)

# To a folder of its own; libFuzzer is C++.
tools=$PWD/target/fuzz-tools
export PATH=$tools/bin:$PATH
if ! command -v c++ >/dev/null; then
    echo "skipped: fuzzing: no C++ compiler in PATH; apt-get install g++" >&2
    exit 0
fi
if ! cargo fuzz --version >/dev/null 2>&1 && ! cargo install --quiet --locked --root "$tools" cargo-fuzz; then
    echo "skipped: fuzzing: cargo-fuzz could not be installed" >&2
    exit 0
fi

# Without a sanitizer, so that the compiler that everything else is built with will do; overflows and other assertions are
# checked. Comparisons are not traced: with that, field arithmetic, and so proofs, take twenty times as long.
cargo fuzz build --fuzz-dir tests/fuzz --sanitizer none --no-trace-compares

run() {
    local new=tests/fuzz/target/corpus/$1 again=()
    mkdir -p "$new"
    # Guests that run natively never give back their input, so this fuzzer begins anew from time to time.
    [ "$1" != input ] || again=(-fork=1)
    # Proving takes more memory than fuzzers may without being told.
    cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none --no-trace-compares "$1" "$new" "tests/fuzz/corpus/$1" -- \
        "${again[@]}" -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=60 -max_len=65536 \
        >"tests/fuzz/target/$1.log" 2>&1 || { tail -n 40 "tests/fuzz/target/$1.log" >&2; return 1; }
    # Executions, and how many edges of the code they reached.
    echo "$1: $(grep -aE '^#[0-9]+' "tests/fuzz/target/$1.log" | tail -n 1)"
}
export -f run
export seconds
printf '%s\n' "${fuzzers[@]}" | xargs -P "$(nproc)" -I{} bash -euo pipefail -c 'run {}'
