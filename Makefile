# `make run` and `make test` are all a newcomer needs. Every verb makes its environment first.
PY := .venv/bin/python
export PORT DEMO
PORT ?= 8000

.PHONY: run test quick lint lock shots pages security faults env env-dev

env:
	@python3 deploy/bootstrap.py run

env-dev:
	@python3 deploy/bootstrap.py dev

run: env
	@exec $(PY) manage.py up

test: env-dev
	@$(PY) deploy/tests.py

quick: env-dev
	@$(PY) deploy/tests.py --quick

lint: env-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint templates --lint --quiet

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" -q -o requirements.txt
	uv pip compile pyproject.toml --group dev -c requirements.txt --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" -q -o requirements-dev.txt

shots: env-dev
	@$(PY) -m deploy.shots

pages: env-dev
	@$(PY) manage.py access_table

security: env-dev
	@$(PY) -m deploy.security

faults: env-dev
	@$(PY) deploy/tests.py --faults
