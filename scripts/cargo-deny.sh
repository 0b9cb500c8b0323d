#!/usr/bin/env bash
# Checks licences, sources and banned crates with cargo-deny, installing it when missing. The advisory database is
# fetched from the network, so `--advisories` is a separate wish (run it where that is reachable).
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cargo-deny >/dev/null && [ ! -x .tools/bin/cargo-deny ]; then
  cargo install --quiet --locked --debug --root .tools cargo-deny@0.20.2
fi
PATH="$PWD/.tools/bin:$PATH"
if [ "${1:-}" = --advisories ]; then
  exec cargo deny --locked check
fi
exec cargo deny --locked check --hide-inclusion-graph bans licenses sources
