"""The environment in which Rasa and the actions are run: nothing sent home, no warning that nobody here can heed."""

from __future__ import annotations

from collections.abc import Mapping

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONWARNINGS": "ignore",
    "PYTHONSAFEPATH": "1",  # or index/build of the folder it is run in would stand for the module index.build
}


def quiet_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without telemetry, graphics card, warnings of old libraries, modules of the folder at hand."""
    return {**environ, **QUIET}
