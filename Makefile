# Jiaokan. Two commands matter: `make run` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/sh
venv := $(or $(JIAOKAN_VENV),.venv)
bin := $(venv)/bin
export PYTHONDONTWRITEBYTECODE := 1
export PYTHONUNBUFFERED := 1

.PHONY: help setup run test test-fast lint types format check trial bench requirements clean

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv with everything that runs, tests and checks the project
	@infra/setup/environment.sh dev

run: ## run the whole system here with the sample reports; ONCE=1 stops when they are published
	@[ -f $(venv)/.installed-dev ] || infra/setup/environment.sh run
	@$(bin)/jiaokan demo $(if $(ONCE),--once)

test: setup ## run every test that this machine can run, and say what it leaves out
	@$(bin)/python tests/servers/starting.py --build
	@$(bin)/python -m pytest $(or $(ARGS),-q)

test-fast: setup ## only the tests that need no server
	@$(bin)/python -m pytest -q -m "not servers and not slow" $(ARGS)

lint: setup ## Ruff, formatting, and the floors of the house
	@$(bin)/ruff check . && $(bin)/ruff format --check . && $(bin)/lint-imports

types: setup ## mypy, strict
	@$(bin)/mypy

format: setup ## let Ruff put the code in order
	@$(bin)/ruff check --fix . ; $(bin)/ruff format .

check: lint types test ## all of it, as CI does

trial: setup ## a long trial: make trial NAME=… (without NAME: which there are)
	@$(bin)/python -m bench.trials $(NAME) $(ARGS)

bench: setup ## a benchmark against the rivals: make bench NAME=fidelity|speed
	@infra/setup/environment.sh bench
	@$(bin)/python -m bench.$(or $(NAME),fidelity) $(ARGS)

UV := $(bin)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make requirements" $(if $(UPGRADE),--upgrade)
requirements: ## compile requirements/*.txt anew (UPGRADE=1 takes the newest versions that fit)
	@$(UV) requirements/setup.in -o requirements/setup.txt
	@$(UV) pyproject.toml -o requirements/library.txt
	@for one in api ingest worker; do $(UV) pyproject.toml --extra $$one --extra otel -o requirements/$$one.txt || exit 1; done
	@$(UV) pyproject.toml --extra all -o requirements/run.txt
	@$(UV) pyproject.toml requirements/dev.in --extra all -o requirements/dev.txt
	@$(UV) pyproject.toml requirements/bench.in -c requirements/dev.txt -o requirements/bench.txt

clean: ## remove what tools leave behind (the environment and the archive stay)
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
