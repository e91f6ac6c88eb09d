#!/bin/sh
# Known vulnerabilities of the packages in requirements.lock, by pip-audit in an environment of its own.
set -eu
cd "$(dirname "$0")/.."
[ -x build/audit-env/bin/pip-audit ] || {
    "${PYTHON:-python3.11}" -m venv build/audit-env
    build/audit-env/bin/pip install --quiet pip-audit
}
build/audit-env/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip "$@" || {
    echo "有已知漏洞，或者连不上漏洞库。逐条的判断写在 docs/security.md。" >&2
    exit 1
}
