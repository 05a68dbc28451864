# make help lists what there is. Everything happens in .venv; nothing is installed outside it.

# The first of these that is Python 3.11 or newer, unless you name one: make PYTHON=/opt/python/bin/python3 lab
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell $(name) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
FLAGS ?=

.DEFAULT_GOAL := help
.PHONY: help lab test unit live notebooks browser lint format bench nightly figures clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

lab: $(VENV)/lab ## open JupyterLab on the first notebook, in simulation
	$(BIN)/pynetlab lab

test: lint ## check style and types, then run every test, two files at a time
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(FLAGS)

unit: $(VENV)/dev ## run the tests that need neither the real kernel nor a browser
	$(BIN)/pytest -m "not live" --ignore=tests/notebooks --ignore=tests/browser $(FLAGS)

live: $(VENV)/dev ## run the tests that need the real kernel
	$(BIN)/pytest -m live $(FLAGS)

notebooks: $(VENV)/dev ## run every notebook and compare its outputs
	$(BIN)/pytest tests/notebooks $(FLAGS)

browser: $(VENV)/dev ## run the notebooks' widgets in Chromium
	$(BIN)/pytest tests/browser $(FLAGS)

lint: $(VENV)/dev ## check style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

format: $(VENV)/dev ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev ## measure, against the tools that this machine has
	$(BIN)/pytest tests/benchmarks -s $(FLAGS)

nightly: export PYNETLAB_NIGHTLY := 1
nightly: export PYNETLAB_LABS ?= 1000
nightly: $(VENV)/dev ## send 40,000 packets through random labs, and tell where the real kernel and the tracer part
	$(BIN)/pytest tests/differential/test_packets.py -s $(FLAGS)

figures: $(VENV)/dev ## draw images/figures again
	$(BIN)/pynetlab figures images/figures

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# python-iptables is compiled when it is installed: where that fails, live mode speaks nf_tables only
$(VENV)/lab: pyproject.toml $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable '.[live,plot,lab,capture,frame,cli,compose]'
	@$(BIN)/python -m pip install --quiet --editable '.[legacy]' >$(VENV)/legacy.log 2>&1 \
	  || echo "Without python-iptables, which needs a C compiler and Python's headers (see $(VENV)/legacy.log): legacy tables are left out."
	@touch $@

$(VENV)/dev: $(VENV)/lab
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

# pip 25.1 is the first that reads dependency groups
$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "pynetlab needs Python 3.11 or newer: install one, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "pynetlab needs Python 3.11 or newer, and $(PYTHON) is not." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@
