# Two doors: `make review` for whoever wants the review, `make test` for whoever changes it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: review refresh test bench lint types imports pytest lock clean help
help:
	@echo "make review   set up, build the corpus, check it, answer every question, write build/site"
	@echo "make refresh  the weekly job: search, link, rank, watch for retractions, answer, build (needs OXYSYNTH_EMAIL)"
	@echo "make test     set up what testing needs; lint, types, import floors, all tests"
	@echo "make bench    times and ratios against the rivals named in bench/ (needs Rscript with metafor)"
	@echo "make lock     renew the lock files from pyproject.toml (needs uv)"
	@echo "make clean    remove what was built (never curated data)"

review: .venv/.ready
	$(BIN)/oxysynth init
	$(BIN)/oxysynth check
	$(BIN)/oxysynth synthesize
	$(BIN)/oxysynth build
	@echo
	@echo "The review is in build/site. Open build/site/index.html in a browser, or run: $(BIN)/oxysynth serve"

# What the weekly job runs. Settings come from the environment: OXYSYNTH_EMAIL at least.
refresh: .venv/.ready
	$(BIN)/oxysynth init
	$(BIN)/oxysynth check
	$(BIN)/oxysynth refresh

test: .venv/.ready-dev lint types imports pytest

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready-dev
	$(BIN)/mypy

imports: .venv/.ready-dev
	$(BIN)/lint-imports

pytest: .venv/.ready-dev
	$(BIN)/pytest -n auto --dist loadfile

bench: .venv/.ready-dev
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# The virtual environment holds exactly the lock file, checked by hash. bootstrap.py also works where Debian's
# python3-venv (ensurepip) is not installed.
.venv/.ready: requirements.lock .ci/bootstrap.py
	$(PYTHON) .ci/bootstrap.py .venv requirements.lock
	@touch $@

.venv/.ready-dev: requirements-dev.lock .ci/bootstrap.py
	$(PYTHON) .ci/bootstrap.py .venv requirements-dev.lock
	@touch $@ .venv/.ready

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --group install pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf build dist oxysynth.sqlite
