"""Checking what actions reply: against Rasa's own schema, which is itself checked once and not at every reply."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


def check_schema_once() -> None:
    """Let Rasa check replies as before, at a hundredth of the time.

    It goes through `jsonschema.validate`, which first proves the schema, a constant, by JSON Schema's own: that was a
    third of what Rasa did in a turn (docs/decisions/0018-speed.md). There is no setting or plug-in point for it.
    What is in order is told by jsonschema-rs; `jsonschema` itself says what is wrong with the rest, as before.
    """
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator, quick = kind(schema), jsonschema_rs.validator_for(schema)

    def validate(_action: RemoteAction, result: Any) -> bool:
        if quick.is_valid(result):
            return True
        if (error := best_match(validator.iter_errors(result))) is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate
