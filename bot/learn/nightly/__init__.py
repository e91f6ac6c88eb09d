"""A night's work by itself: what can be learned is found, what was decided is trained and gated, all is reported."""
