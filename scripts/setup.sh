#!/usr/bin/env bash
# Installs what is missing on a Debian 12 machine to build and run (`run`) or also to test (`test`) Open Meeting.
# Quick when nothing is missing: it looks before it installs anything.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="${1:-run}"

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

command -v cargo >/dev/null || fail "Rust is missing. Install it from https://rustup.rs and try again."
command -v node >/dev/null || fail "Node.js 20 or newer is missing. Install it (for example from https://nodejs.org) and try again."
node_major="$(node --version | sed -E 's/^v([0-9]+).*/\1/')"
[ "$node_major" -ge 20 ] || fail "Node.js $(node --version) is too old: 20 or newer is needed."

# Each package with a check that tells whether what it brings is there already.
packages=()
need() { local package="$1"; shift; "$@" >/dev/null 2>&1 || packages+=("$package"); }
has() { command -v "$1"; }
postgres_there() { has postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres'; }
need build-essential has g++
need pkg-config has pkg-config
need ninja-build has ninja
need python3-venv python3 -c 'import ensurepip, venv'
if has pkg-config >/dev/null 2>&1; then
  need libssl-dev pkg-config --exists openssl
  need libuv1-dev pkg-config --exists libuv
  need libsrtp2-dev pkg-config --exists libsrtp2
  need libflatbuffers-dev pkg-config --exists flatbuffers
else
  packages+=(libssl-dev libuv1-dev libsrtp2-dev libflatbuffers-dev)
fi
need flatbuffers-compiler has flatc
need postgresql postgres_there
need redis-server has redis-server
if [ "$purpose" = test ]; then
  need chromium has "${CHROMIUM:-chromium}"
  need coturn has turnserver
fi

if [ "${#packages[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || fail "these are missing and there is no apt-get to install them: ${packages[*]}"
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "run as root once to install: apt-get install ${packages[*]}"
    sudo=(sudo)
  fi
  say "installing ${packages[*]}"
  "${sudo[@]}" apt-get update -q
  # Open Meeting runs its own PostgreSQL and Redis; the distribution's services need not start.
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -q -y --no-install-recommends "${packages[@]}"
fi

# The tests run a TURN server of their own; nobody asked for one that starts with the machine.
if [[ " ${packages[*]} " == *" coturn "* ]] && command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
  "${sudo[@]}" systemctl disable --now --quiet coturn || true
fi

scripts/setup-meson.sh

# npm's packages, when the lock file is newer than what was installed from it.
if [ -f package-lock.json ] && [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  say "installing npm packages"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
