# The front door. `make run` and `make test` each do everything on a fresh Debian 12 machine with Rust, Node and apt.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Cargo gets its sources by itself; --locked keeps everybody on the same versions.
CARGO := cargo
CARGO_FLAGS := --locked
PORT ?= 8080
DATA ?= .data
BINARY := target/debug/open-meeting

.PHONY: help setup setup-test run build build-web test test-rust test-web e2e fuzz-api lint format coverage bench openapi screenshots doctor clean

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## Install what a build and a run need (quick when nothing is missing)
	@scripts/setup.sh run

setup-test: ## The same, and what the tests need (Chromium)
	@scripts/setup.sh test

run: setup build-web ## Build everything and start it: http://localhost:8080
	$(CARGO) build $(CARGO_FLAGS) --package open-meeting
	$(BINARY) dev --port $(PORT) --data $(DATA)

build: setup build-web ## Build the program and the web client
	$(CARGO) build $(CARGO_FLAGS) --package open-meeting

# The stamp is newer than every source of the web client when there is nothing to do.
WEB_SOURCES := $(shell find apps/web interfaces/client package.json package-lock.json -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/e2e/*' -not -path '*/test-results/*' 2>/dev/null)
build-web: setup apps/web/dist/index.html ## Build the web client
apps/web/dist/index.html: $(WEB_SOURCES)
	npm run build
	@touch $@

# What needs one core only goes beside something else: bundling the web client beside the Rust build, the web's tests
# beside the generated requests. The end-to-end tests come last and have the machine to themselves.
test: setup-test ## Every test: Rust, web, generated requests, and end to end in a browser
	scripts/beside.sh '$(MAKE) --no-print-directory test-rust' 'nice $(MAKE) --no-print-directory build-web'
	scripts/beside.sh 'EXAMPLES=10 scripts/fuzz-api.sh' 'npm test'
	npm run e2e

# There are no examples in documentation to run; what is in examples/ is compiled by `make lint`. The program's own tests
# leave target/debug/open-meeting behind, so that the end-to-end tests need no build of their own.
test-rust: setup-test
	$(CARGO) test $(CARGO_FLAGS) --workspace --lib --bins --tests

test-web: setup-test
	npm test

e2e: setup-test build-web ## People in Chromium with fake cameras, through the real program
	$(CARGO) build $(CARGO_FLAGS) --package open-meeting
	npm run e2e

fuzz-api: setup-test ## Generated requests against every operation of the OpenAPI document
	$(CARGO) build $(CARGO_FLAGS) --package open-meeting
	scripts/fuzz-api.sh

lint: setup ## Formatting, clippy, licences and sources of dependencies, TypeScript
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(CARGO_FLAGS) --workspace --all-targets -- --deny warnings
	scripts/cargo-deny.sh
	npm run format:check
	npm run lint
	npm run typecheck

format: setup ## Format everything
	$(CARGO) fmt --all
	npm run format

coverage: setup ## Line coverage of domain and application (cargo-llvm-cov); scripts/coverage.sh all for everything
	scripts/coverage.sh

bench: setup build-web ## Measure: requests per second, consumers on one worker, memory
	$(CARGO) build $(CARGO_FLAGS) --release --package open-meeting
	scripts/bench.sh

openapi: setup ## Write openapi.json, signaling.schema.json and the TypeScript types made from them
	$(CARGO) run $(CARGO_FLAGS) --quiet --package open-meeting -- openapi --out interfaces/client
	npm run generate --workspace interfaces/client

screenshots: setup-test build ## Pictures of every page in test-results/screenshots
	npm run screenshots

doctor: build ## Check what the program depends on
	$(BINARY) doctor --dev

clean: ## Remove what builds made; .data stays
	$(CARGO) clean
	rm -rf apps/web/dist node_modules test-results
