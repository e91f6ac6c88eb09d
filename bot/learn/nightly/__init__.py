"""A night's work by itself: what there is to learn is found, what was decided is trained and gated, all of it reported."""
