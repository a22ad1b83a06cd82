# The two commands of the README are `make crawl` and `make test`; each makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DB ?=
FEEDS ?=
CRAWL_FLAGS := $(if $(DB),--db "$(DB)") $(if $(FEEDS),--feeds "$(FEEDS)") --summary

.PHONY: help setup crawl demo test lint lock clean

help:
	@echo "make setup   build $(VENV) with everything pinned in constraints.txt"
	@echo "make crawl   one run into storewatch.db   (FEEDS=feeds.txt, DB=other.db)"
	@echo "make demo    the whole thing in a minute, without the internet"
	@echo "make test    lint, types, import contracts and all tests"
	@echo "make lock    renew constraints.txt from pyproject.toml"

setup: $(STAMP)

# Installed again only when what is asked for has changed.
$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once; about half a minute) ..."
	@# setuptools warns at length about editable installs; its errors still show.
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,postgres]"
	@touch $@

crawl: setup
	$(BIN)/storewatch crawl $(CRAWL_FLAGS)

demo: setup
	$(BIN)/storewatch demo

lint: setup
	$(BIN)/ruff format --check --quiet . || ($(BIN)/ruff format --diff . ; exit 1)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2

lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet -e ".[dev,postgres,alerts,parquet,excel]"
	(echo '# Every package of every extra, pinned: the Makefile installs with `-c constraints.txt`. Renew with `make lock`.'; \
	 .venv-lock/bin/python -m pip freeze --exclude-editable) > constraints.txt
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info
