# make run · make test · make help
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .tools/bin/uv
APP := .venv/.made
RASA := .venv-rasa/.made
export RASA_TELEMETRY_ENABLED = false
PYTEST_ARGS ?=
EPOCHS ?= 20
SMS_ARGS ?=

.PHONY: help run test test-fast test-heavy install train lint format bench eval figures baselines lock system-deps clean screenshots staff-screenshots sms

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: install ## make everything and start it: prints Ready and the address
	@exec .venv/bin/bot run

install: $(APP) $(RASA) ## make both environments

$(UV): requirements/tools.txt
	@echo "Installing uv, which installs the rest ..."
	@$(PYTHON) -m venv .tools || { echo "Python can't make an environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@.tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(APP): requirements/dev.txt pyproject.toml $(UV)
	@echo "Installing the environment of the front and the actions (.venv, Python 3.11 or newer) ..."
	@$(UV) venv --quiet --allow-existing --python '>=3.11,<3.14' .venv
	@$(UV) pip sync --python .venv/bin/python --require-hashes --compile-bytecode requirements/dev.txt 2> >(grep -v "^ [+-]" >&2)
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

$(RASA): requirements/rasa.txt $(UV)
	@echo "Installing Rasa's environment (.venv-rasa, Python 3.10; about 2 GB) ..."
	@$(UV) venv --quiet --allow-existing --python 3.10 .venv-rasa
	@$(UV) pip sync --python .venv-rasa/bin/python --require-hashes --compile-bytecode requirements/rasa.txt 2> >(grep -v "^ [+-]" >&2)
	@touch $@

train: install ## train the assistant, if anything it depends on has changed
	@.venv/bin/python -m bot.train

test: install ## the whole test suite, training included
	@.venv/bin/python -m bot.train
	@.venv/bin/python -m pytest $(PYTEST_ARGS)

test-fast: $(APP) ## what needs no trained assistant, on all cores
	@.venv/bin/python -m pytest -n auto --dist worksteal -m "not slow and not heavy" $(PYTEST_ARGS)

test-heavy: install ## soak, fuzz and load at full size: up to an hour
	@.venv/bin/python -m bot.train
	@.venv/bin/python -m pytest -m heavy $(PYTEST_ARGS)

lint: $(APP) ## ruff, mypy, import rules
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: $(APP)
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

bench: train ## measure start, memory and speed
	@.venv/bin/python -m bench

eval: train ## gold questions against an assistant of its own
	@.venv/bin/python -m bench.gold

figures: train ## the same, and its figures into docs/evaluation.md
	@.venv/bin/python -m bench.gold --renew

baselines: install ## measure Rasa as it comes on our data (EPOCHS=100 takes hours)
	@.venv/bin/python -m bench.rasa_default --epochs $(EPOCHS)

sms: train ## a phone in the terminal, with an assistant of its own
	@.venv/bin/python -m bench.phone $(SMS_ARGS)

screenshots: train ## a picture of every page into screenshots/
	@.venv/bin/python -m bench.screenshots

staff-screenshots: $(APP) ## pictures of the staff desk, for docs/staff.md
	@.venv/bin/python -m bench.staff_screenshots

lock: $(UV) ## renew the locked requirements from requirements/*.in
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/app.in -o requirements/app.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/dev.in -o requirements/dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.10 --generate-hashes requirements/rasa.in -o requirements/rasa.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/encoder.in -o requirements/encoder.txt -c requirements/app.txt

system-deps: ## apt-install what the tests use beside Python (Debian, Ubuntu)
	@if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
	  python3-venv chromium fonts-noto-core fonts-noto-cjk \
	  postgresql redis-server haproxy systemd >/dev/null && echo "Installed."

clean: ## remove what was made, not the data in var/
	rm -rf .venv .venv-rasa .tools build models/assistant-*.tar.gz models/index-* models/asking-*
