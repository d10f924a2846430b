# Two commands matter: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
STAMPS := .stamps
export FLASK_SKIP_DOTENV := 1
# Compiled modules start five times faster; some machines forbid them by default.
unexport PYTHONDONTWRITEBYTECODE
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes

# Twice as many as there are processors: half of them wait for browsers, senders and servers.
export WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) \* 2)

LOCK := $(BIN)/uv pip compile pyproject.toml --extra postgresql --extra broker --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet

.DEFAULT_GOAL := help
.PHONY: help install run demo test lint checks catalogues bench soak lean lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/install: $(STAMPS)/venv requirements.lock
	@echo "Installing the locked dependencies …"
	@$(INSTALL) -r requirements.lock
	@touch $@

$(STAMPS)/test: $(STAMPS)/install requirements-test.lock
	@$(INSTALL) -r requirements-test.lock
	@touch $@

install: $(STAMPS)/install ## set up .venv, nothing else
	@$(BIN)/python scripts/catalogues.py compile
	@$(BIN)/python -m compileall -q surveyapp config.py wsgi.py

run: install ## start the web server, the worker and the built-in phone
	@exec $(FLASK) serve

demo: install ## the main job, unattended, in under two minutes
	@exec $(FLASK) demo

catalogues: $(STAMPS)/test
	@$(BIN)/python scripts/catalogues.py compile

checks:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/python scripts/catalogues.py check
	$(BIN)/python -m scripts.lean check

lint: catalogues checks ## formatting, lint, types, layers, catalogues

test: catalogues ## every check that CI makes
	@bash scripts/browser.sh
	@bash scripts/r.sh
	@bash scripts/test.sh

bench: $(STAMPS)/test ## measure speed and size: make bench [ONLY=name]
	@$(BIN)/python scripts/catalogues.py compile
	$(BIN)/python -m benchmarks $(ONLY)

soak: $(STAMPS)/test ## the long forms of tests
	@$(BIN)/python scripts/catalogues.py compile
	$(BIN)/python -m pytest -m soak

lean: $(STAMPS)/test ## make the customer's scripts small again after a change of them
	@$(BIN)/python -m scripts.lean write

lock: ## write the locked dependencies again after a change of pyproject.toml
	@$(LOCK) -o requirements.lock
	@$(LOCK) --group test -o requirements-test.lock

clean: ## remove what the commands above made (not instance/, your data)
	rm -rf .venv $(STAMPS) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
