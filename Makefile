# make run · make chat · make test · make test-quick · make test-long · make check · make bench · make crash
# Everything is set up in .venv; beside it there are only huiyin.egg-info and the data in var. Another Python: make run PYTHON=python3.12
# Options of the command line: make run OPTIONS="--port 8081 --language en"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config.toml
OPTIONS ?=
# One worker more than cores: it waits for servers and pages while the others compute (tests/support/cores.py).
WORKERS = --numprocesses $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))') --dist worksteal
# Python keeps compiled sources, also where the surroundings forbid it: tests start it a hundred times.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet

.PHONY: run chat test test-quick test-long check format bench bench-timers bench-ingest bench-ledger bench-start bench-old bench-readers crash faults mutants rehearse texts pins clean

run: $(VENV)/ready
	@$(BIN)/python -m bot run --config $(CONFIG) $(OPTIONS)

chat: $(VENV)/ready
	@$(BIN)/python -m bot chat --config $(CONFIG) $(OPTIONS)

rehearse: $(VENV)/ready
	@test -n "$(MESSAGES)" || { echo "make rehearse MESSAGES=file.jsonl"; exit 2; }
	@$(BIN)/python -m bot rehearse --config $(CONFIG) --messages $(MESSAGES) $(OPTIONS)

# All tests, on all cores: each worker has its own Valkey, PostgreSQL, directories and ports.
test: $(VENV)/developing
	@$(BIN)/python -m pytest $(WORKERS) $(OPTIONS)

# The tests of the rules and the handlers only.
test-quick: $(VENV)/developing
	@$(BIN)/python -m pytest $(WORKERS) tests/rules tests/handlers $(OPTIONS)

# What takes long beside what it adds, and what a random run adds with more examples.
test-long: $(VENV)/developing
	@HUIYIN_MACHINE=$${HUIYIN_MACHINE:-100} $(BIN)/python -m pytest $(WORKERS) -m "long or not long" --timeout 3600 $(OPTIONS)

check: $(VENV)/developing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/developing
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: bench-start bench-timers bench-ingest bench-ledger bench-old

bench-timers: $(VENV)/developing
	@$(BIN)/python -m bench.timers $(OPTIONS)

bench-ingest: $(VENV)/developing
	@$(BIN)/python -m bench.ingest

# Seconds until the bot answers, and its memory, beside importing aiohttp alone.
bench-start: $(VENV)/developing
	@$(BIN)/python -m bench.start $(OPTIONS)

bench-ledger: $(VENV)/developing
	@$(BIN)/python -m bench.ledger

# What people and timers wait for when a hundred thousand incidents are on record: make bench-old OPTIONS="--incidents 10000"
bench-old: $(VENV)/developing
	@$(BIN)/python -m bench.old $(OPTIONS)

# Every sentence of the bot in both languages with sample data, for review; and the manuals of commands and of forms, for docs/.
texts: $(VENV)/ready
	@$(BIN)/python -m tools.contact_sheet var/texts.html
	@$(BIN)/python -m tools.command_manual docs
	@$(BIN)/python -m tools.demands docs
	@$(BIN)/python -m tools.form_manual docs

# What each reader of outside text takes for 250 KB that are made to be slow: make bench-readers OPTIONS="--reader whom"
bench-readers: $(VENV)/developing
	@$(BIN)/python -m bench.readers $(OPTIONS)

crash: $(VENV)/developing
	@HUIYIN_CRASHES=$${HUIYIN_CRASHES:-100} $(BIN)/python -m pytest $(WORKERS) tests/crash -m "" --timeout 3600

# The real bot under load while 500 faults are drawn at random, on each set-up: make faults OPTIONS="--seed 7 --faults 100"
faults: $(VENV)/developing
	@$(BIN)/python -m tests.faults $(OPTIONS)

# Change the rules in 200 places, one at a time, and see whether their tests notice.
mutants: $(VENV)/developing
	@$(BIN)/python -m tools.mutants $(OPTIONS)

# Pin every version that the product, its tests and its checks use.
pins: $(VENV)/developing
	@$(PIP) --python $(BIN)/python install uv
	@$(BIN)/uv pip compile pyproject.toml --group test --group check --universal --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate --upgrade --output-file constraints.txt

# Remove the virtual environment; keep the database in var/.
clean:
	rm -rf $(VENV)

# Works without Debian's python3-venv: pip installs into the virtual environment from outside.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -m pip --version >/dev/null || { echo "pip is needed: apt-get install python3-pip"; exit 2; }
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Setting up (once) …"
	@$(PIP) --python $(BIN)/python install --constraint constraints.txt --editable .
	@$(BIN)/python -m compileall -q bot handlers storage
	@touch $@

$(VENV)/developing: $(VENV)/ready pyproject.toml constraints.txt
	@echo "Setting up for tests and checks (once) …"
	@$(BIN)/python -c 'import tomllib; g = tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]; print("\n".join(g["test"] + g["check"]))' > $(VENV)/groups.txt
	@$(PIP) --python $(BIN)/python install --constraint constraints.txt --requirement $(VENV)/groups.txt
	@touch $@
