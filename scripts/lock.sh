#!/bin/sh
# Writes requirements.lock from pyproject.toml: every package that runs or tests the project, pinned.
# The CUDA packages that torch names are left out: the project runs on torch's CPU build.
set -eu
cd "$(dirname "$0")/.."
python3.11 -m venv build/lock-env
build/lock-env/bin/pip install --quiet uv
build/lock-env/bin/uv pip compile --quiet --no-header --no-annotate --python-version 3.11 \
    --extra test pyproject.toml -o build/requirements.all
grep -v -E '^(nvidia-|cuda-|triton)' build/requirements.all > requirements.lock
echo "requirements.lock: $(wc -l < requirements.lock) packages"
