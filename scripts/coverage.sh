#!/usr/bin/env bash
# Line coverage by cargo-llvm-cov. Without arguments: domain and application by their own tests, which must cover at least
# 80 % of them. With `all`: the whole workspace by every Rust test (an instrumented build of everything; long).
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cargo-llvm-cov >/dev/null && [ ! -x .tools/bin/cargo-llvm-cov ]; then
  cargo install --quiet --locked --debug --root .tools cargo-llvm-cov@0.9.1
fi
PATH="$PWD/.tools/bin:$PATH"
rustup component list --installed 2>/dev/null | grep -q llvm-tools || rustup component add llvm-tools
# Fakes and tests are no code to be covered.
not_counted='(/tests/|_tests\.rs|/tests\.rs|testing\.rs|test_support|/examples/)'
if [ "${1:-core}" = all ]; then
  cargo llvm-cov --locked --workspace --lib --bins --tests --summary-only --ignore-filename-regex "$not_counted"
else
  packages=()
  for manifest in domain/*/Cargo.toml application/*/Cargo.toml; do
    packages+=(--package "$(sed -n 's/^name = "\(.*\)"/\1/p' "$manifest")")
  done
  cargo llvm-cov --locked "${packages[@]}" --summary-only --fail-under-lines 80 --ignore-filename-regex "$not_counted"
fi
