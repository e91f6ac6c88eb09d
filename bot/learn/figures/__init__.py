"""Figures for the operator out of the journal: how well the assistant does, for whom it does not, and what changes."""
