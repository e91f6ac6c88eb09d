#!/bin/sh
# Makes the virtual environment from requirements.lock. TORCH_INDEX may name PyTorch's index of CPU builds.
set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
${PYTHON:-python3.11} -m venv "$venv" || {
    echo "需要带 venv 的 Python 3.11：apt-get install python3.11-venv" >&2
    exit 1
}
# Rasa 3.6 declares Python <3.11 and pins that pip would refuse; the lock was seen to work together (docs/decisions).
"$venv/bin/pip" install --quiet --no-deps --ignore-requires-python ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    --requirement requirements.lock
"$venv/bin/pip" install --quiet --no-deps --editable .
"$venv/bin/python" -c "import torch" 2>/dev/null || {
    echo "装到的 PyTorch 不是 CPU 版，无法使用。请设置 TORCH_INDEX 为 PyTorch 官方 CPU 版软件源的地址，删除 $venv 后重试。" >&2
    exit 1
}
touch "$venv/.installed"
