# Everything a contributor runs. `make demo` and `make test` need only Rust, CPython 3.11+ with pip, gcc and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(abspath $(VENV))/bin
# The same Python for every build of the pyo3 crates, or they are compiled anew at each change of command.
export PYO3_PYTHON := $(BIN)/python
# Every cargo command below builds the whole workspace or the wheel: both resolve to the same features, so that no
# dependency is compiled twice.
export VIRTUAL_ENV := $(abspath $(VENV))

.PHONY: demo test lint unit python develop wheel generate bench compare spatialbench clean

demo: ## set everything up and answer one question in SQL and in Polars
	$(MAKE) develop EXTRAS=demo
	$(BIN)/python examples/demo.py

test: ## set everything up and run every check and every test
	$(MAKE) develop EXTRAS=test
	$(MAKE) unit python lint

unit: ## Rust tests: kernels, generated files, the .slt corpus in a native session
	cargo test --quiet --workspace

python: ## Python tests: Polars, datafusion-python, Arrow, the .slt corpus again, Shapely as oracle
	$(BIN)/python -m pytest -q

lint: ## formatters, linters and the type checker
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

develop: $(VENV) ## build the development wheel into the virtual environment
	$(BIN)/maturin develop --features panic-test --extras $(or $(EXTRAS),test)

wheel: $(VENV) ## the release wheel, in target/wheels
	$(BIN)/maturin build --release --out target/wheels

$(VENV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet "maturin>=1.16,<2"

generate: ## write what is generated from the catalog
	GEOPLUG_WRITE=1 cargo test --quiet --workspace --test generated

bench: ## criterion benches of the kernels, with the profile of daily work
	cargo bench --profile dev --workspace

compare: ## side by side with peers, from PyPI, in an environment of its own; DATA is a folder of larger tables for the joins
	$(PYTHON) -m venv .venv-compare
	.venv-compare/bin/pip install --quiet "maturin>=1.16,<2"
	VIRTUAL_ENV=$(abspath .venv-compare) .venv-compare/bin/maturin develop --release --extras compare
	.venv-compare/bin/python benches/compare/compare.py
	.venv-compare/bin/python benches/compare/text.py $(if $(DATA),--data $(DATA)/places.parquet)
	.venv-compare/bin/python benches/compare/joins.py $(if $(DATA),--data $(DATA))

spatialbench: ## the 12 queries of SpatialBench, side by side with peers; SCALE=0.1 for a quick look
	$(PYTHON) -m venv .venv-compare
	.venv-compare/bin/pip install --quiet "maturin>=1.16,<2"
	VIRTUAL_ENV=$(abspath .venv-compare) .venv-compare/bin/maturin develop --release --extras compare
	.venv-compare/bin/python benches/spatialbench/spatialbench.py --scale $(or $(SCALE),1)

clean:
	rm -rf $(VENV) .venv-compare target build
