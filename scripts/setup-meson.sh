#!/bin/sh
# Makes sure that Meson >= 1.1 is there and prints its path: the system's when it is new enough, else one in .tools/meson
# of this repository (a Python virtual environment, with ninja when the system has none). Quick when there is nothing
# to do. Everything but the path goes to standard error.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
environment="$repository/.tools/meson"
minimum_minor=1

new_enough() {
    version=$("$1" --version 2>/dev/null) || return 1
    major=${version%%.*}
    rest=${version#*.}
    minor=${rest%%.*}
    case "$major$minor" in *[!0-9]* | "") return 1 ;; esac
    [ "$major" -gt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -ge "$minimum_minor" ]; }
}

has_ninja() {
    [ -x "$environment/bin/ninja" ] || command -v ninja >/dev/null 2>&1
}

if [ -x "$environment/bin/meson" ] && has_ninja && new_enough "$environment/bin/meson"; then
    echo "$environment/bin/meson"
    exit 0
fi
if command -v meson >/dev/null 2>&1 && has_ninja && new_enough meson; then
    command -v meson
    exit 0
fi

wanted="meson>=1.1,<2"
has_ninja || wanted="$wanted ninja"
echo "installing Meson into $environment" >&2
rm -rf "$environment"
mkdir -p "$(dirname "$environment")"
for python in "${PYTHON:-python3}" /usr/bin/python3; do
    # Debian's python3 has venv only with python3-venv; virtualenv does as well.
    if "$python" -m venv "$environment" >&2 || "$python" -m virtualenv "$environment" >&2; then
        # shellcheck disable=SC2086 # several words on purpose
        if "$environment/bin/python" -m pip install --quiet --disable-pip-version-check $wanted >&2; then
            echo "$environment/bin/meson"
            exit 0
        fi
    fi
    rm -rf "$environment"
done
echo "could not install Meson >= 1.1: install python3-venv, or put a new enough meson on the PATH" >&2
exit 1
