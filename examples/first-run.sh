#!/usr/bin/env bash
# The main job from nothing: installs `cargo zisk` and the guest toolchain, makes a new project, builds it, runs it, and
# proves and verifies a run.
# usage: examples/first-run.sh [FOLDER]      FOLDER is the new project (default: ./myapp)
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
project=$(realpath -m "${1:-myapp}")

if ! cargo --version >/dev/null 2>&1; then
    echo "error: no working cargo in PATH; install Rust as https://rustup.rs says, then run this again" >&2
    exit 1
fi
say() { printf '\n$ %s\n' "$*" >&2; }
step() { say "$@"; "$@"; }

# Inside the checkout its .cargo/config.toml applies: host code is built for this processor.
cd "$checkout"
step cargo install --quiet --locked --path sdk
# cargo finds its subcommands in PATH; a fresh machine may not have this folder there yet.
export PATH="${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}/bin:$PATH"
step cargo zisk toolchain install
step cargo zisk new "$project"
cd "$project"
say "cd $project"
step cargo zisk build
step cargo zisk run --input-hex 11 --input-hex 17 --stats
step cargo zisk prove --input-hex 11 --input-hex 17 --output sum.receipt
step cargo zisk verify sum.receipt --image-id "$(cargo zisk id)"
step cargo run --quiet --release
