# The one task list, for people and for CI alike; `make help` shows it.

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint bench audit lock
.DELETE_ON_ERROR:

BIN := .venv/bin
STAMP := .venv/.usher-setup
SOURCES := engine actions storage
ARGS :=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv from the lock file (quick when nothing changed)

$(STAMP): requirements-dev.lock pyproject.toml .python-version .ci/bootstrap
	@echo "Making .venv from requirements-dev.lock"
	@sh .ci/bootstrap
	@touch $@

demo: setup ## Chat with the bot in a browser, with nothing installed (ARGS="--port 8081 --no-browser")
	@$(BIN)/usher demo $(ARGS)

test: lint check ## Everything that CI checks on one machine (ARGS="-k booking" narrows the tests)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered $(if $(ARGS),--cov-fail-under=0,--flow-fail-under=100) $(ARGS)

check: setup ## Check the flows: every mistake at its line and column
	@$(BIN)/usher check flows
	@$(BIN)/usher check flows/clinic

lint: setup ## Style, types, layers, dependencies and security, without running anything
	@$(MAKE) --no-print-directory --keep-going --jobs=2 lint-types lint-format lint-rest # on a fresh clone the first two take the longest

.PHONY: lint-types lint-format lint-rest
lint-types:
	@$(BIN)/mypy

lint-format:
	@$(BIN)/black --check --quiet --diff .

lint-rest:
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/deptry $(SOURCES)
	@$(BIN)/bandit --quiet --severity-level medium --skip B608 --recursive $(SOURCES) # ruff's S rules hold the rest, line by line
	@$(BIN)/zizmor --offline --quiet .github/workflows
	@$(BIN)/hadolint Dockerfile

bench: setup ## Compare the engine with the same bot written by hand
	@for main in benchmarks/*/__main__.py; do $(BIN)/python -m "$$(dirname "$$main" | tr / .)" $(ARGS) || exit 1; done

audit: setup ## Known vulnerabilities in the locked packages, and secrets in the history (needs the network and gitleaks)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock -r requirements-dev.lock
	@command -v gitleaks >/dev/null || { echo "audit: gitleaks is not installed, so the history was NOT searched for secrets" >&2; exit 1; }
	@gitleaks git --config .gitleaks.toml --redact --no-banner

lock: setup ## Compile both lock files again (needs the network; ARGS="--upgrade" takes newer releases)
	@$(BIN)/uv pip compile pyproject.toml --output-file requirements.lock $(COMPILE) $(ARGS)
	@$(BIN)/uv pip compile pyproject.toml --extra demo --extra editor --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock $(COMPILE) $(ARGS)

COMPILE := --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header
