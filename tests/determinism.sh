#!/usr/bin/env bash
# Asks a solver, for every state machine, whether rows with the same inputs have the same outputs, and compares the answers
# with the reviewed ones: see tests/adversary/determinism/README.md. Needs cargo, Python 3.11 or later, and its package index.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement tests/adversary/determinism/requirements.txt
cargo run --quiet --release --package zisk-adversary -- export "$folder/export.json"
"$folder/venv/bin/python" -B tests/adversary/determinism/main.py "$folder/export.json" "$@"
