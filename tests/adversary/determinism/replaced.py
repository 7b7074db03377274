"""Variables that are no longer in a system, and how they are found again when it is solved."""

from __future__ import annotations

from dataclasses import dataclass

import algebra
from algebra import P, Poly

Values = dict[str, int]


@dataclass(frozen=True)
class Replaced:
    """A variable that a polynomial stands for."""

    name: str
    poly: Poly

    def find(self, values: Values) -> None:
        values[self.name] = algebra.evaluate(self.poly, lambda n: values.get(n, 0))


@dataclass(frozen=True)
class Inverses:
    """Variables with `x f + y g + ... + rest = 0` that are in nothing else."""

    names: tuple[str, ...]
    factors: tuple[Poly, ...]
    rest: Poly

    def find(self, values: Values) -> None:
        lookup = lambda n: values.get(n, 0)  # noqa: E731
        wanted = -algebra.evaluate(self.rest, lookup)
        for name, factor in zip(self.names, self.factors):
            inverse = algebra.inverse(algebra.evaluate(factor, lookup))
            values[name] = wanted * inverse % P
            if inverse:
                wanted = 0


@dataclass(frozen=True)
class Digits:
    """Variables of which only a sum matters: weights, from the lowest on, and ranges."""

    total: str
    names: tuple[str, ...]
    weights: tuple[int, ...]
    bounds: tuple[tuple[int, int], ...]

    @property
    def has_no_gaps(self) -> bool:
        """Whether the sum is any number from the least to the greatest, so that it has a range like any other variable."""
        reached = 0
        for weight, (low, high) in zip(self.weights, self.bounds):
            if weight > reached + 1:
                return False
            reached += weight * (high - low)
        return True

    @property
    def range(self) -> tuple[int, int]:
        ends = [[w * end for w, end in zip(self.weights, ends)] for ends in zip(*self.bounds)]
        return sum(ends[0]), sum(ends[1])

    def find(self, values: Values) -> None:
        least, greatest = self.range
        total = values.get(self.total, 0)
        left = (total if total <= greatest else total - P) - least
        for name, weight, (low, high) in [*zip(self.names, self.weights, self.bounds)][::-1]:
            more = min(left // weight, high - low)
            values[name] = (low + more) % P
            left -= more * weight
