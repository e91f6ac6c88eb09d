"""The public side: verifies, limits, masks and journals a message before Rasa sees it."""
