#!/usr/bin/env bash
# Measures the program as it is deployed (the release profile; BINARY names another one): requests per second with
# percentiles (server on one core; load, PostgreSQL and Redis on the other), consumers of one media worker, and resident
# memory. Everything is private and temporary. Keep the figures in docs/benchmarks.md. SECONDS_EACH sets the length of each
# scenario (default 10), SCENARIOS which ones (read list create profile login; `large`: list, search, read, create and join
# with 100,000 meetings and 10,000 users in the database), WITHOUT_MEDIA=1 leaves out the media worker.
set -euo pipefail
cd "$(dirname "$0")/.."
binary="${BINARY:-target/release/open-meeting}"
port="${PORT:-18080}"
seconds_each="${SECONDS_EACH:-10}"
connections="${CONNECTIONS:-32}"
base="http://127.0.0.1:$port"

if ! command -v wrk >/dev/null; then
  echo "bench: installing wrk"
  sudo=(); [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -q && "${sudo[@]}" apt-get install -q -y --no-install-recommends wrk
fi

data="$(mktemp -d /tmp/open-meeting-bench.XXXXXX)"
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

# One account from one address is the load here, so its limits must not be what is measured.
OPEN_MEETING__LIMITS__LOGIN_ADDRESS_BURST=100000 OPEN_MEETING__LIMITS__LOGIN_ADDRESS_PERIOD_S=1 \
  OPEN_MEETING__LIMITS__LOGIN_ACCOUNT_BURST=100000 OPEN_MEETING__LIMITS__LOGIN_ACCOUNT_PERIOD_S=1 \
  OPEN_MEETING__LIMITS__USER_BURST=1000000 OPEN_MEETING__LIMITS__USER_PERIOD_S=1 \
  OPEN_MEETING__LIMITS__JOIN_BURST=1000000 OPEN_MEETING__LIMITS__JOIN_PERIOD_S=1 \
  OPEN_MEETING__TELEMETRY__LOG_LEVEL=warn \
  OPEN_MEETING__MEDIA__PORT_BASE="${MEDIA_PORT_BASE:-41000}" \
  "$binary" dev --port "$port" --data "$data/data" >"$data.log" 2>&1 &
server=$!
until curl --silent --fail --output /dev/null "$base/ready"; do
  kill -0 "$server" 2>/dev/null || { cat "$data.log"; echo "bench: the server did not start"; exit 1; }
  read -r -t 0.2 <> <(:) || true
done

descendants() { local child; for child in $(pgrep -P "$1" || true); do echo "$child"; descendants "$child"; done; }
resident() { awk '/^VmRSS/ {printf "%.0f MiB", $2 / 1024}' "/proc/$server/status"; }
taskset --all-tasks --cpu-list --pid 0 "$server" >/dev/null
for child in $(descendants "$server"); do taskset --all-tasks --cpu-list --pid 1 "$child" >/dev/null || true; done
echo "resident memory of the program, idle: $(resident)"

# The demo user is made right after the first "ready".
until grep -q 'is ready' "$data.log"; do read -r -t 0.2 <> <(:) || true; done

json() { node -e 'let t="";process.stdin.on("data",d=>t+=d).on("end",()=>{const v=process.argv[1].split(".").reduce((o,k)=>o?.[k],JSON.parse(t));if(v===undefined){console.error("bench: no "+process.argv[1]+" in "+t);process.exit(1)}console.log(v)})' "$1"; }
post() { curl --silent --show-error --header 'Content-Type: application/json' "${@:2}" "$base/api/v1/$1"; }
export USERNAME=demo PASSWORD=open-meeting-demo
TOKEN="$(post login --data "{\"username\":\"$USERNAME\",\"password\":\"$PASSWORD\"}" | json data.access_token)"
export TOKEN
for number in $(seq 40); do
  MEETING="$(post meetings --header "Authorization: Bearer $TOKEN" --data "{\"title\":\"Meeting $number\"}" | json data.id)"
done
export MEETING

# Fills the database for the scenario `large`, and gives what one of its users has to the account that asks.
seed() {
  local DATABASE_URL REDIS_URL
  . "$data/data/env"
  psql "$DATABASE_URL" --quiet --single-transaction --set ON_ERROR_STOP=1 \
    --file tests/tests/all/contract/query_plans/fill.sql \
    --command "DELETE FROM webhook_deliveries" --command "DELETE FROM webhooks" --command "DELETE FROM meeting_reminders" \
    --command "DELETE FROM outbox WHERE delivered_at IS NULL AND aggregate_id <= number(200000)" \
    --command "UPDATE meetings SET creator_id = (SELECT id FROM users WHERE username = '$USERNAME') WHERE creator_id = number(5000)" \
    --command "UPDATE participants SET user_id = (SELECT id FROM users WHERE username = '$USERNAME') WHERE user_id = number(5000)"
  psql "$DATABASE_URL" --quiet --command "VACUUM ANALYZE"
}

scenarios=()
for scenario in ${SCENARIOS:-read list create profile login}; do
  if [ "$scenario" = large ]; then
    echo "seeding 100,000 meetings and 10,000 users"
    seed
    scenarios+=(large-list large-search large-read large-create large-join)
  else
    scenarios+=("$scenario")
  fi
done

echo
echo "| scenario | requests/s | p50 ms | p95 ms | p99 ms | errors |"
echo "|---|---|---|---|---|---|"
for scenario in "${scenarios[@]}"; do
  SCENARIO="$scenario" taskset --cpu-list 1 wrk --threads 1 --connections "$connections" --duration "${seconds_each}s" --timeout 10s \
    --script tests/bench/requests.lua "$base" | grep -E '^(RESULT|first refusal)' | sed 's/^RESULT //'
done
echo
echo "resident memory of the program, after the load: $(resident)"

echo
[ -n "${WITHOUT_MEDIA:-}" ] || cargo run --locked --quiet --release --package infrastructure-mediasoup --example consumers_bench
