#!/usr/bin/env bash
# Line coverage of the Rust code by cargo-llvm-cov, whole and per layer. Fails when domain and application together are
# below 80 %.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cargo-llvm-cov >/dev/null && [ ! -x .tools/bin/cargo-llvm-cov ]; then
  cargo install --quiet --locked --debug --root .tools cargo-llvm-cov@0.9.1
fi
PATH="$PWD/.tools/bin:$PATH"
rustup component list --installed 2>/dev/null | grep -q llvm-tools || rustup component add llvm-tools
cargo llvm-cov --locked --workspace --no-report
cargo llvm-cov report --summary-only --ignore-filename-regex '(/tests/|/examples/|test_support)'
echo
echo "domain and application:"
cargo llvm-cov report --summary-only --fail-under-lines 80 \
  --ignore-filename-regex '(/tests/|/examples/|test_support|/infrastructure/|/interfaces/|/apps/)'
