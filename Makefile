# Corredor: `make help` lists what there is. Every target does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Each module is compiled at its first import: to compile all takes half of the time. A lock lists
# all that is needed, so nothing is left to be resolved.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile --no-deps

# Tests start many short processes, which would each compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help study test tests kernels browser lint format bench bench-flee fuzz check-faults check-flee check-slow licences docs site pages docs-long lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements/run.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements/run.lock
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.lock
	$(PIP) --require-hashes --requirement requirements/dev.lock
	@touch $@

# The checkers of the page's JavaScript, through the Node that dev.lock brings.
node_modules/npm.stamp: package.json package-lock.json .npmrc | $(VENV)/dev.stamp
	$(BIN)/npm ci --loglevel error
	@touch $@

study: $(VENV)/run.stamp  ## run the main job: baseline, counterfactual, record, claims, one HTML report
	$(BIN)/corredor study

test:  ## run the checks and the tests, side by side (under 8 minutes on 2 quiet cores)
	$(MAKE) --jobs 2 --keep-going lint tests

tests: kernels $(VENV)/dev.stamp node_modules/npm.stamp
	$(BIN)/node --test --test-reporter=dot "tests/app/static/*.test.js"
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal  # three, for some wait

kernels: $(VENV)/run.stamp  # which needs no more, so that the rest is installed meanwhile
	$(BIN)/python tests/compile_kernels.py

browser:  ## install Debian's Chromium, in which the web app is tested (without one these tests are skipped)
	command -v chromium || { apt-get update && apt-get install --yes --no-install-recommends chromium; }

lint: $(VENV)/dev.stamp node_modules/npm.stamp  ## ruff, mypy and the import contract; eslint and tsc for the page's JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/node node_modules/eslint/bin/eslint.js .
	$(BIN)/node node_modules/typescript/bin/tsc

format: $(VENV)/dev.stamp  ## format and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/bench.stamp: $(VENV)/dev.stamp requirements/bench.lock
	$(PIP) --require-hashes --requirement requirements/bench.lock
	@touch $@

bench: $(VENV)/bench.stamp  ## measure speed, as ratios within one run
	$(BIN)/python -m benchmarks

bench-flee: $(VENV)/bench.stamp  ## Flee and Corredor on the same conflicts, in one run (their folder: FLEE_CASES)
	$(BIN)/python -m benchmarks.flee_peer

$(VENV)/fuzz.stamp: $(VENV)/dev.stamp requirements/fuzz.lock
	$(PIP) --require-hashes --requirement requirements/fuzz.lock
	@touch $@

fuzz: $(VENV)/fuzz.stamp  ## try the web app's interface with made-up requests
	$(BIN)/python -m scripts.fuzz_app

check-faults: $(VENV)/fuzz.stamp  ## put every fault into the program, an hour of made-up files among them (MINUTES=5 for less)
	$(BIN)/python -m faults --minutes $(or $(MINUTES),60) --page

$(VENV)/audit.stamp: $(VENV)/dev.stamp requirements/audit.lock
	$(PIP) --require-hashes --requirement requirements/audit.lock
	@touch $@

# The cases lie outside: 107 folders with what Flee's development version gave for each.
check-flee: $(VENV)/dev.stamp  ## all cases with Flee's own camps by day, in both draws (their folder: FLEE_REFERENCE)
	@test -d "$(FLEE_REFERENCE)/cases" || { echo "FLEE_REFERENCE: name the folder with the cases" >&2; exit 2; }
	$(BIN)/python -m pytest -m "slow or not slow" --numprocesses 2 tests/reference/test_flee_reference.py

check-slow: $(VENV)/audit.stamp $(VENV)/docs.stamp node_modules/npm.stamp  ## the long checks: statistics, pages, notebooks, a release; licences, and known faults of dependencies
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m scripts.audit_dependencies

licences: $(VENV)/docs.stamp  ## list the licences of all dependencies
	$(BIN)/python -m scripts.write_licences

$(VENV)/docs.stamp: $(VENV)/dev.stamp requirements/docs.lock
	$(PIP) --require-hashes --requirement requirements/docs.lock
	@touch $@

docs: pages site  ## write the pages that follow from schema, code and record (minutes), and the site of all pages

site: $(VENV)/docs.stamp node_modules/npm.stamp  ## build site/index.html: all pages, offline
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

pages: $(VENV)/docs.stamp  ## write the pages that follow from schema, code and record, with their pictures (minutes)
	$(BIN)/python -m scripts.write_reference
	$(BIN)/python -m scripts.write_architecture
	$(BIN)/python -m scripts.write_placebos
	$(BIN)/python -m scripts.write_deterrents
	$(BIN)/python -m scripts.write_scenarios
	$(BIN)/python -m scripts.write_answers
	$(BIN)/python -m scripts.write_counts
	$(BIN)/python -m scripts.write_variants
	$(BIN)/python -m scripts.write_calibration --pictures
	$(BIN)/python -m scripts.write_notebooks

results/backtest.parquet: | $(VENV)/run.stamp
	$(BIN)/corredor backtest --out $@

results/baselines.parquet: | $(VENV)/run.stamp
	$(BIN)/corredor backtest --baselines-only --out $@

docs-long: $(VENV)/run.stamp results/backtest.parquet  ## draw the pictures of sensitivity and forecasts (an hour)
	$(BIN)/python -m scripts.write_sensitivity --pictures
	$(BIN)/python -m scripts.write_promises
	$(BIN)/python -m scripts.write_forecasting results/backtest.parquet --pictures

lock: $(VENV)/dev.stamp  ## lock the dependencies again (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-find-links \
	  --extra fit --extra app --group build pyproject.toml --output-file requirements/run.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-find-links \
	  --all-extras --group build --group dev pyproject.toml --output-file requirements/dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-find-links \
	  --all-extras --group build --group dev --group bench pyproject.toml --output-file requirements/bench.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-find-links \
	  --all-extras --group build --group dev --group fuzz pyproject.toml --output-file requirements/fuzz.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-find-links \
	  --all-extras --group build --group dev --group audit pyproject.toml --output-file requirements/audit.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-find-links \
	  --all-extras --group build --group dev --group docs pyproject.toml --output-file requirements/docs.lock
	$(BIN)/npm install --package-lock-only --loglevel error

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
