#!/usr/bin/env bash
# Sends generated requests to every operation of the OpenAPI document, as nobody, as an administrator and (those that take
# API keys) as another backend, and fails on a
# 5xx, an undocumented status or an answer that does not match its schema (schemathesis, in a Python environment under
# .tools/). EXAMPLES sets how many requests each operation gets (default 50), SEED which ones.
set -euo pipefail
cd "$(dirname "$0")/.."
version="4.32.5"
tools="$PWD/.tools/schemathesis-$version"
port="${PORT:-18090}"
examples="${EXAMPLES:-50}"
seed="${SEED:-1}"
base="http://127.0.0.1:$port"

if [ ! -x "$tools/bin/schemathesis" ]; then
  echo "fuzz-api: installing schemathesis into $tools"
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

data="$(mktemp -d /tmp/open-meeting-fuzz.XXXXXX)"
chmod 755 "$data"
server=""
stop() {
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
    kill -TERM "$server"
    wait "$server" || true
  fi
  rm -rf "$data" "$data.log"
}
trap stop EXIT

# All of it comes from one address and one account, so limits would hide everything else.
for limit in LOGIN_ADDRESS LOGIN_ACCOUNT REGISTER REFRESH PASSWORD_RESET USER; do
  export "OPEN_MEETING__LIMITS__${limit}_BURST=1000000" "OPEN_MEETING__LIMITS__${limit}_PERIOD_S=1"
done
OPEN_MEETING__TELEMETRY__LOG_LEVEL=error OPEN_MEETING__MEDIA__PORT_BASE=0 \
  target/debug/open-meeting dev --port "$port" --data "$data/data" --no-web >"$data.log" 2>&1 &
server=$!
until grep -q 'is ready' "$data.log"; do
  kill -0 "$server" 2>/dev/null || { cat "$data.log"; echo "fuzz-api: the server did not start"; exit 1; }
  read -r -t 0.2 <> <(:) || true
done

token="$(curl --silent --show-error --header 'Content-Type: application/json' "$base/api/v1/login" \
  --data '{"username":"demo","password":"open-meeting-demo"}' | sed -E 's/.*"access_token":"([^"]+)".*/\1/')"

fuzz() {
  "$tools/bin/schemathesis" run interfaces/client/openapi.json --url "$base" --max-examples "$examples" --seed "$seed" \
    --generation-database none --phases examples,coverage,fuzzing --suppress-health-check all --no-color --workers 1 \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --request-timeout 20 "$@"
}
echo "fuzz-api: as nobody"
fuzz
echo "fuzz-api: as an administrator"
# Signing out, also by the identifier that listSessions tells, would leave nothing to be tried with the token.
# A stream of events has no end to wait for.
fuzz --header "Authorization: Bearer $token" --exclude-operation-id logout --exclude-operation-id endSession \
  --exclude-operation-id streamNotifications
# Else most of it was tried as nobody after all.
status="$(curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $token" "$base/api/v1/profile")"
[ "$status" = 200 ] || { echo "fuzz-api: the administrator was signed out meanwhile ($status)"; exit 1; }
echo "fuzz-api: as another backend"
key="$(curl --silent --show-error --header 'Content-Type: application/json' --header "Authorization: Bearer $token" \
  "$base/api/v1/admin/api-keys" --data '{"name":"fuzz","scopes":["rooms:read","rooms:write","tokens:issue","webhooks:manage","stats:read"]}' \
  | sed -E 's/.*"key":"([^"]+)".*/\1/')"
fuzz --header "Authorization: Bearer $key" --include-path-regex '/(rooms|participants|webhooks|stats)(/|$)' --exclude-path-regex '/meetings/'
status="$(curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $key" "$base/api/v1/rooms")"
[ "$status" = 200 ] || { echo "fuzz-api: the key was not taken ($status)"; exit 1; }
if grep -q '"level":"ERROR"' "$data.log"; then
  grep '"level":"ERROR"' "$data.log" | head -20
  echo "fuzz-api: the server has logged errors"
  exit 1
fi
