"""Benchmarks over real processes: the assistant, the least Rasa can do, and a stock Rasa assistant, side by side."""
