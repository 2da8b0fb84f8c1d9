# The verbs of this repository: `uv run just VERB`, on Linux, Mac and Windows. Without a verb it lists them.
set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

_verbs:
    @just --list --unsorted

# Every test that this machine can run, on every core; `just test tests/core/test_amounts.py` stays in one process
test *arguments:
    uv run pytest {{ arguments }}

# The tests that start no server and no office and try few cases
fast *arguments:
    uv run pytest -m "not slow and not libreoffice" {{ arguments }}

# What takes seconds: style, types, which module imports which, every row of data
check:
    uv run ruff check .
    uv run ruff format --check .
    uv run lint-imports
    uv run compute-cost data check
    uv run mypy

# Write every file that follows from the code and the data; then look at what git shows
outputs:
    uv run python .ci/outputs.py

# The steps to add a price
price:
    @uv run python .ci/steps.py "Add a price"

# The steps to add a chip
chip:
    @uv run python .ci/steps.py "Add a chip"

# The steps to add a model
model:
    @uv run python .ci/steps.py "Add a model"

# The steps to add an estimate
estimate:
    @uv run python .ci/steps.py "Add an estimate"

# The documentation at http://127.0.0.1:8000
docs:
    uv run --group docs python docs/build_site.py --serve

# The newest version of everything into .ci/constraints.txt, which CI and releases install
pins:
    uv export --quiet --all-extras --all-groups --no-hashes --no-annotate --no-emit-project --upgrade --output-file .ci/constraints.txt

# The full run, as in CI (bash)
ci:
    bash .ci/run

# Everything that a release ships, into a folder (bash)
release folder="dist":
    bash .ci/release {{ folder }}
