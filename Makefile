VENV ?= .venv
PY := $(VENV)/bin/python
# All tests: a file is one worker's, and the long ones do not come last.
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: demo test check bench soak lock screenshots

# What a fresh machine needs: Python 3.11 or newer, and a package index.
$(VENV)/.run: requirements.lock pyproject.toml
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/.run ## the week of 17-24 June 2022; ONCE=1 ends by itself
	$(VENV)/bin/opschaling demo $(if $(ONCE),--once)

test: $(VENV)/.dev
	$(PY) -m pytest $(or $(ARGS),$(SIDE_BY_SIDE))

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev
	$(PY) -m benchmarks $(ONLY)

soak: $(VENV)/.dev ## faults at random; SEED=2022 N=10000 OUTER=200 LAYER=inner ROUND=7 REGISTER=postgresql KEEP=folder, see docs/soak.md
	$(PY) -m tests.soak $(if $(SEED),--seed $(SEED)) $(if $(N),--injections $(N)) $(if $(OUTER),--outer $(OUTER)) $(if $(LAYER),--layer $(LAYER)) $(if $(ROUND),--round $(ROUND)) $(if $(REGISTER),--register $(REGISTER)) $(if $(KEEP),--keep $(KEEP))

screenshots: $(VENV)/.dev
	$(PY) -m docs.screenshots

lock: ## after a change of pyproject.toml; needs uv
	uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
