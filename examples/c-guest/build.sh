#!/usr/bin/env bash
# Compiles the guest. Needs `cargo zisk` and `apt-get install gcc-riscv64-unknown-elf`.
# usage: examples/c-guest/build.sh [FOLDER]      FOLDER takes c-guest.elf and the library (default: target/c-guest)
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$source/../../target/c-guest}

if ! command -v riscv64-unknown-elf-gcc >/dev/null; then
    echo "error: no riscv64-unknown-elf-gcc in PATH; run \`apt-get install gcc-riscv64-unknown-elf\`" >&2
    exit 1
fi
cargo zisk c-library --quiet --output "$folder/library" >/dev/null
riscv64-unknown-elf-gcc -std=c11 -Wall -Wextra -O2 -g -march=rv64imac -mabi=lp64 -mcmodel=medany -ffreestanding \
    -nostdlib -static -I "$folder/library/include" "$source/main.c" \
    -L "$folder/library" -T "$folder/library/guest.ld" -lzisk -Wl,--gc-sections -o "$folder/c-guest.elf"
echo "$folder/c-guest.elf"
