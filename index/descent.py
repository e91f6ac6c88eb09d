"""Minimising a smooth convex function of very many variables by L-BFGS (Liu & Nocedal 1989), in single precision.

SciPy's is the variant with bounds, in double precision: of a fit with a million variables three quarters of the time
went to its bookkeeping, not to the function (docs/decisions/0018-speed.md).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from index.e5 import Floats

Function = Callable[[Floats], tuple[float, Floats]]  # point f32[n] → value and gradient f32[n]

MEMORY = 10
SUFFICIENT = 1e-4  # of the decrease that the slope promises
SMALLEST = 1e-6  # a step below this one goes nowhere in single precision


def minimise(function: Function, start: Floats, iterations: int, tolerance: float) -> Floats:
    """The point reached after so many iterations, or once no slope is steeper than `tolerance`."""
    point = start
    value, gradient = function(point)
    steps: list[Floats] = []
    changes: list[Floats] = []
    for _ in range(iterations):
        if np.abs(gradient).max() <= tolerance:
            break
        direction = _direction(gradient, steps, changes)
        slope = float(gradient @ direction)
        size = 1.0 if steps else min(1.0, 1.0 / float(np.linalg.norm(gradient)))
        while True:
            step = np.float32(size) * direction
            there, steepness = function(point + step)
            if there <= value + SUFFICIENT * size * slope:
                break
            size /= 2
            if size < SMALLEST:
                return point
        change = steepness - gradient
        if float(change @ step) > 0:
            steps, changes = [*steps[1 - MEMORY :], step], [*changes[1 - MEMORY :], change]
        point, value, gradient = point + step, there, steepness
    return point


def _direction(gradient: Floats, steps: list[Floats], changes: list[Floats]) -> Floats:
    """Downhill, as steep as the curvature that was seen on the way allows: the two-loop recursion."""
    direction = -gradient
    shares = []
    for step, change in zip(reversed(steps), reversed(changes), strict=True):
        share = (step @ direction) / (step @ change)
        direction -= share * change
        shares.append(share)
    if steps:
        direction *= (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for step, change, share in zip(steps, changes, reversed(shares), strict=True):
        direction += (share - (change @ direction) / (step @ change)) * step
    return direction
