"""The environment in which Rasa is run: nothing sent home, nothing said that nobody here can change."""

from __future__ import annotations

from collections.abc import Mapping

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONWARNINGS": "ignore",
}


def quiet_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without telemetry, graphics card and the warnings of Rasa's old libraries."""
    return {**environ, **QUIET}
