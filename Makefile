# Everything sets itself up: a machine with Python 3.11 or newer, make and the package registries is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup demo test check coverage fixtures bench models bundle clean

setup: $(STAMP) models

$(STAMP): pyproject.toml constraints.txt extractor/setup/opencv.py
	@scripts/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $(STAMP)

models: $(STAMP)
	@$(BIN)/extractor models verify >/dev/null 2>&1 || $(BIN)/extractor models install

# The main job on the sample packets; says where the worksheets are.
demo: setup
	@scripts/demo.sh "$(BIN)" demo-output

# Unit and property tests on recorded OCR, and the marked ones with the real models; two files at a time.
test: setup
	@$(BIN)/python -m pytest -n 2 --dist loadfile

# What CI checks beside the tests.
check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/extractor schemes check

# Clauses of the five texts and where they stand in config/: docs/coverage.md from tests/traceability.
coverage: setup
	@$(BIN)/python tests/support/clauses.py

# Makes the sample packets again; needs the fonts named in fixtures/README.md.
fixtures: setup
	@$(BIN)/python -m fixtures.generate

bench: setup
	@$(BIN)/extractor bench --live

# An installer for sites without network: wheels, models, fonts, services, documentation (build/bundle/).
bundle: setup
	@scripts/bundle.sh "$(VENV)" build/bundle

clean:
	rm -rf $(VENV) demo-output build dist
