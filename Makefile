# The developer's manual: `make help`. Needs Python >= 3.11 and make; everything else is fetched, locked and checked.
.DEFAULT_GOAL := help
.PHONY: help run test test-faults test-security test-lts check bench ahead secret clean env-run env-dev

BIN := .venv/bin
PACKAGES := server schema resolvers graph graph_seed
ENVIRONMENT := sh tools/python tools/environment.py

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do \
		printf 'make %-10s %s\n' "$$name" "$$text"; done
	@echo 'Options: make run ARGS="--port 8100 --data DIR", make test ARGS="tests/local -k folder" WORKERS=4,'
	@echo '  make bench ARGS="..."'

run: env-run ## everything from a bare checkout, then the service at 127.0.0.1:8000 (Ctrl-C stops it)
	@exec $(BIN)/rollegalleri serve $(ARGS)

# Tests run in two processes, each with a Neo4j of its own (docs/decisions/0015); in one where NEO4J_URI names the server, and
# where the tests write files.
WORKERS ?= $(if $(NEO4J_URI)$(ROLLEGALLERI_WRITE_DOCS),0,2)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test: ahead ## all tests, against real Neo4j servers that are started for them (NEO4J_URI set: against that one)
	@echo "Not in this run: Neo4j 5.26 LTS (make test-lts); faults are in their short form (make test-faults)"
	@exec $(PYTEST) $(ARGS)

test-faults: ahead ## many writers at once, processes killed, answers lost: in full (about 10 minutes)
	@exec env ROLLEGALLERI_FAULTS=full ROLLEGALLERI_MODEL=1000 $(BIN)/python -m pytest $(or $(ARGS),tests/faults tests/changes/test_model.py)

# Hostile requests, walls, tokens, the record of look-ups, GraphQL over HTTP, how a request is bounded. All of it is in `make test` as well.
SECURITY_TESTS := tests/security tests/access tests/identity tests/looks tests/directory tests/notice/test_sockets.py \
	tests/contract/test_not_graphql.py tests/server/test_over_http.py tests/server/test_masking.py tests/unit/test_budget.py tests/unit/test_limits.py
test-security: ahead ## hostile requests, walls between those who ask, bad tokens, GraphQL over HTTP (about 9 minutes)
	@exec $(PYTEST) $(or $(ARGS),$(SECURITY_TESTS))

# The tests of the database's own processes, of the graph, and of what is asked of it.
LTS_TESTS := tests/local tests/contract tests/seed tests/changes tests/questions tests/exchange_map tests/access tests/directory \
	tests/looks tests/archive tests/notice
test-lts: env-dev ## the tests that use the graph, against Neo4j 5.26 LTS on the Java that it supports
	@$(ENVIRONMENT) java21
	@exec env -u NEO4J_URI ROLLEGALLERI_TEST_NEO4J=lts $(PYTEST) $(or $(ARGS),$(LTS_TESTS))

# One line per check; a new one is one more line. What must be in step with the code (SDL, docs, settings) is a test with
# the mark `in_step`; pytest's 5 means that there is none yet.
check: env-dev ## formatting, lint, types, import rules; what must be in step with the code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -m in_step || [ $$? = 5 ]

bench: env-dev ## the benchmark, side by side; prints ratios, writes bench/results/*.json
	@exec $(BIN)/python -m bench $(ARGS)

# Whoever starts the embedded Neo4j often has it start in half the time (docs/decisions/0016). Without it all works as well.
ahead: env-dev ## once, about a minute: lets Java learn from a start, so that those that follow are faster
	@$(if $(NEO4J_URI),true,exec $(BIN)/python -m server.ahead)

secret: ## the password for docker-compose.yml, in secrets/ (made once, private)
	@sh tools/python tools/secret.py

clean: ## removes the environment and all caches of this checkout (not the data in .rollegalleri)
	rm -rf .venv .java21 .environment.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

env-run: ## the environment to serve with, without the tools (docs/deployment.md, without containers)
	@$(ENVIRONMENT) run

env-dev:
	@$(ENVIRONMENT) dev
