# Two commands do the main job: `make crawl` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup crawl test soak format bench serve lock clean

help:                   ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

setup: $(READY)         ## a virtual environment in .venv with the locked dependencies

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gongkai needs Python 3.11 or newer: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)

crawl: setup            ## crawl the embedded sample portals into output/sample.db
	$(BIN)/scrapy crawl annual_reports -a portal=samples

test: setup             ## format, lint, types, import rules, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

soak: setup             ## the tests that take minutes: many more kills, orders of arrival
	$(BIN)/python -m pytest -m soak

format: setup           ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup            ## speed and memory, measured on one core
	$(BIN)/python -m benchmarks

serve: setup            ## the sample database in the browser
	$(BIN)/python -m pip install --quiet --disable-pip-version-check datasette==0.65.5
	$(BIN)/datasette output/sample.db

lock: setup             ## renew requirements.lock from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev --all-extras --no-header --no-annotate --no-emit-index-url \
		--output-file requirements.lock pyproject.toml

clean:                  ## remove the environment and caches; output/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
