from __future__ import annotations

import pytest
from invented import PROJECT

from index.build import ENCODER
from index.encoder import OnnxEncoder

BUILT = PROJECT / "index" / "build" / ENCODER


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """The encoder that was built for this machine."""
    return OnnxEncoder(BUILT)
