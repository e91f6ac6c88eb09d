"""Teaching the assistant: what Rasa is trained on, when a model is out of date, and how good it is."""
