"""Write the service's software bill of materials as CycloneDX JSON: `python scripts/sbom.py build/sbom.json`.

Every package of requirements.lock with its version, its licence as its own metadata says, and its package URL.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "requirements.lock"
_MAX_LICENCE_CHARS = 120  # some packages put the whole text there


def bill() -> dict[str, Any]:
    """The bill of materials of the locked packages."""
    pins = (line.split("==") for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "name": "guidebot", "version": metadata.version("guidebot")},
        },
        "components": [_component(name.strip(), version.split(";")[0].strip()) for name, version in pins],
    }


def _component(name: str, version: str) -> dict[str, Any]:
    url = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
    part: dict[str, Any] = {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}
    licence = _licence(name)
    return {**part, "licenses": [{"license": {"name": licence}}]} if licence else part


def _licence(name: str) -> str:
    """What a package says of its licence; empty where it is not installed or says nothing."""
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classes = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier") or () if line.startswith("License")]
    said = found.get("License-Expression") or "; ".join(classes) or found.get("License") or ""
    return said.strip().splitlines()[0][:_MAX_LICENCE_CHARS] if said.strip() else ""


def main() -> None:
    """Write the bill to the path that is given."""
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = bill()
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{path}: {len(whole['components'])} packages")


if __name__ == "__main__":
    main()
