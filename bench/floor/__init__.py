"""The floor: a Rasa project with one rule, and an action that says a constant."""
