# Meguri's tasks. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
export MEGURI_HOME ?= $(CURDIR)/.home
export MEGURI_ORIGIN ?= http://localhost:8000

.PHONY: help run test check fix openapi journey bench features shots clean
help: ## list the tasks
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: .venv/run.ready pwa/dist/.built ## set up whatever is missing, then serve the demo site on $(MEGURI_ORIGIN)
	@MEGURI_DEMO=1 $(BIN)/meguri serve

test: .venv/dev.ready ## all tests but the browser's
	$(BIN)/pytest -n 2 --dist loadfile -m "not journey" -q

check: .venv/dev.ready pwa/node_modules/.ready ## ruff, mypy strict, import-linter, tsc, words, docs, file sizes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/check_tree.py
	$(BIN)/meguri openapi --out openapi.json
	sh pwa/npm.sh run --silent types >/dev/null
	git diff --exit-code --stat -- openapi.json pwa/src/api/schema.d.ts
	sh pwa/npm.sh run --silent check
	sh pwa/npm.sh test --silent

fix: .venv/dev.ready ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: .venv/dev.ready pwa/node_modules/.ready ## write the API description and the phone app's types from the code
	$(BIN)/meguri openapi --out openapi.json
	sh pwa/npm.sh run --silent types

journey: .venv/dev.ready pwa/dist/.built ## the browser tests against a running server
	sh .ci/browser.sh
	$(BIN)/pytest tests/journey -m journey -q

features: .venv/dev.ready pwa/dist/.built ## which features a passing test proves
	sh .ci/browser.sh
	$(BIN)/pytest -n 2 --dist loadfile -q --features

bench: .venv/dev.ready ## measure; prints figures and ratios (docs/benchmarks.md holds the last ones)
	$(BIN)/python -m tests.bench

shots: .venv/dev.ready pwa/dist/.built ## take the README's pictures again
	sh .ci/browser.sh
	$(BIN)/python tests/journey/shots.py

clean: ## remove what was built (never the data in .home)
	rm -rf .venv pwa/node_modules pwa/dist build .mypy_cache .ruff_cache .pytest_cache

.venv/run.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Meguri needs Python 3.11 or newer")'
	@echo "1/3 Python packages"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.ready: requirements-dev.lock .venv/run.ready
	@echo "Python packages for tests"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

pwa/node_modules/.ready: pwa/package-lock.json
	@echo "2/3 packages of the phone app"
	@sh pwa/npm.sh ci --no-audit --no-fund --loglevel=error
	@touch $@

PWA_SOURCES := $(shell find pwa/src pwa/public pwa/index.html pwa/vite.config.ts backend -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name 'words*.json' -o -path 'pwa/src/*.json' -o -path 'pwa/public/*' -o -name 'metrics.csv' 2>/dev/null)
pwa/dist/.built: pwa/node_modules/.ready $(PWA_SOURCES)
	@echo "3/3 building the phone app"
	@sh pwa/npm.sh run --silent build
	@touch $@
