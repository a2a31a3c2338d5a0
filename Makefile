# Two commands do all the set-up on a fresh machine: `make demo` and `make test`. They need Python 3.11 and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
LOWER := $(VENV)-lower
COMPILED := $(VENV)-compiled

EXECUTIONS ?= 1000000
SAMPLE ?= 400
SEED ?= 1
PACKAGES ?=

# The packages that have compiled modules in a wheel with such, and what calls them most.
USERS := $(addprefix tests/unit/,check fleet kserve manifests plan problems pulls registry tree yaml test_canary.py \
  test_compiled.py test_property.py) tests/test_cases.py tests/test_manifests.py

# What a fleet is synced with, and on.
SYNC_TOOLS := kube-apiserver kube-controller-manager kubectl kyverno-admission kserve-manager external-secrets \
  source-controller kustomize-controller argocd sops age-keygen
# What a credential passes from Harbor to a pull.
CHAIN_TOOLS := vault-server external-secrets kube-apiserver kubectl crane

.PHONY: demo test test-lower test-compiled test-real test-sync test-sync-gate test-sync-built chain chain-built fuzz mutate bench schemas docs lint clean

$(STAMP): pyproject.toml
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/python tests/demo.py

test: $(STAMP)
	@$(BIN)/python -m pytest tests -n auto --dist loadgroup --cov --cov-report=term:skip-covered

# The unit tests again, with each dependency at the lowest version that pyproject.toml allows.
test-lower:
	@$(PYTHON) -m venv $(LOWER)
	@$(LOWER)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(PYTHON) tests/lower.py > $(LOWER)/constraints.txt
	@$(LOWER)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c $(LOWER)/constraints.txt
	@$(LOWER)/bin/python -m pytest tests/unit tests/test_cases.py -n auto -q

# The tests of what pyproject.toml has compiled, and of what calls it, on a wheel. An sdist is in between: what is compiled
# is written beside the sources.
test-compiled:
	@rm -rf $(COMPILED)
	@$(PYTHON) -m venv $(COMPILED)
	@$(COMPILED)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip build
	@HATCH_BUILD_HOOKS_ENABLE=1 $(COMPILED)/bin/python -m build --outdir $(COMPILED)/dist . > $(COMPILED)/build.log \
	  || { cat $(COMPILED)/build.log; exit 1; }
	@$(COMPILED)/bin/python -m pip install --quiet --disable-pip-version-check "$$(echo $(COMPILED)/dist/*.whl)[dev]"
	@TEST_COMPILED=1 $(COMPILED)/bin/python -m pytest -o pythonpath= $(USERS) -n auto --dist loadgroup -q

# Builds the real tools (cached outside the tree, by version) and refuses to skip a test for want of one.
test-real: $(STAMP)
	@$(BIN)/python tests/tools/build.py kustomize kubeconform kube-apiserver kube-controller-manager kubectl kyverno kyverno-admission esoctl \
	  yamlread registryread imageupdate kserve-manager kserve-llmisvc crane kubeseal sops age age-keygen
	@MOORING_REAL=required $(BIN)/python -m pytest tests/real tests/test_manifests.py -q -n 2 --dist loadgroup \
	  --ignore=tests/real/sync --ignore=tests/real/chain --ignore=tests/real/test_vault.py

# The GitOps tools' own controllers on a fleet that mooring renders. Their build takes up to half an hour the first time.
test-sync: $(STAMP)
	@$(BIN)/python tests/tools/build.py $(SYNC_TOOLS)
	@MOORING_REAL=required $(BIN)/python -m pytest tests/real/sync -q -n 2 --dist loadgroup

# What of it the gate runs: each tool on one cluster, with the engine that the other one does not have.
test-sync-gate: $(STAMP)
	@MOORING_REAL=required $(BIN)/python -m pytest tests/real/sync/test_argocd.py tests/real/sync/test_flux.py -q \
	  -k "split-kyverno or (test_flux and kubernetes)"

# Exit 1, and the names on stderr, where `make test-sync` would have to build something.
test-sync-built: $(STAMP)
	@$(BIN)/python tests/tools/build.py --built $(SYNC_TOOLS)

# A robot's credential on its whole way: Harbor, Vault, External Secrets, an API server, a pull. No part of `make test-real`:
# the whole of Vault and of External Secrets is compiled for it, once.
chain: $(STAMP)
	@$(BIN)/python tests/tools/build.py $(CHAIN_TOOLS)
	@MOORING_REAL=required $(BIN)/python -m pytest tests/real/chain tests/real/test_vault.py -q

# Exit 1, and the names on stderr, where `make chain` would have to build something.
chain-built: $(STAMP)
	@$(BIN)/python tests/tools/build.py --built $(CHAIN_TOOLS)

# Mutated inputs against the programs that mooring must agree with; what fails is kept in tests/fuzz/found.
fuzz: $(STAMP)
	@$(BIN)/python tests/tools/build.py yamlread registryread
	@$(BIN)/python -m tests.fuzz --executions $(EXECUTIONS)

# A seeded sample of single changes to the product, each against the tests that run its line; PACKAGES= narrows it.
mutate: $(STAMP)
	@$(BIN)/python -m tests.mutation --sample $(SAMPLE) --seed $(SEED) $(PACKAGES)

bench: $(STAMP)
	@$(BIN)/python tests/tools/build.py kubeconform kube-apiserver kubectl kyverno-admission helm kustomize kyverno
	@$(BIN)/python benchmarks/peers.py
	@$(BIN)/python benchmarks/bench.py

schemas: $(STAMP)
	@$(BIN)/python schemas/make
	@$(MAKE) --no-print-directory docs

docs: $(STAMP)
	@$(BIN)/python docs/make.py

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean:
	@rm -rf $(VENV) $(LOWER) $(COMPILED) build dist
	@find generator -name '*.so' -delete
