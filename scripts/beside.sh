#!/usr/bin/env bash
# Runs two commands at the same time: `beside.sh FIRST SECOND`, each a line of shell. The first shows what it prints as it
# comes; what the second printed comes when both are done. Fails when either fails, and ends the other one then no sooner
# than it ends by itself, so that nothing is left half-written.
set -uo pipefail
[ $# -eq 2 ] || { echo "usage: beside.sh FIRST SECOND" >&2; exit 2; }
printed="$(mktemp)"
trap 'rm -f "$printed"' EXIT

bash -euo pipefail -c "$2" >"$printed" 2>&1 </dev/null &
second=$!
bash -euo pipefail -c "$1"
first_status=$?
wait "$second"
second_status=$?

printf -- '--- %s\n' "$2"
cat "$printed"
for outcome in "$first_status:$1" "$second_status:$2"; do
  [ "${outcome%%:*}" -eq 0 ] || { printf 'failed with %s: %s\n' "${outcome%%:*}" "${outcome#*:}" >&2; failed=1; }
done
exit "${failed:-0}"
