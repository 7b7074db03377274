"""Linear equations modulo p between numbers of known ranges, read as equations between integers.

An equation modulo p is one over the integers plus a multiple of p. Where ranges leave one multiple only, it is an equation of
integers, which solvers decide at once. Multiplying by a constant first often makes coefficients small, such as one over
2^16 in carries."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, lcm

import algebra
from algebra import P, Monomial, Poly

Bounds = dict[str, tuple[int, int]]
# No constant that an equation is multiplied with has factors for denominators beyond this.
LARGEST_FACTOR = 1 << 24


@dataclass
class Scaled:
    """An equation as `sum = k p` between integers, with `k` from `first` to `last`."""

    terms: dict[Monomial, int]
    first: int
    last: int

    @property
    def is_exact(self) -> bool:
        return self.first == self.last

    @property
    def is_impossible(self) -> bool:
        return self.first > self.last

    def exact(self) -> dict[Monomial, int]:
        """The terms whose sum is zero."""
        terms = dict(self.terms)
        if self.first:
            terms[()] = terms.get((), 0) - self.first * P
        return {m: c for m, c in terms.items() if c}


def monomial_bounds(monomial: Monomial, bounds: Bounds) -> tuple[int, int]:
    low, high = 1, 1
    for name in monomial:
        a, b = bounds[name]
        ends = [low * a, low * b, high * a, high * b]
        low, high = min(ends), max(ends)
    return low, high


def sum_bounds(terms: dict[Monomial, int], bounds: Bounds) -> tuple[int, int]:
    low = high = 0
    for monomial, c in terms.items():
        a, b = monomial_bounds(monomial, bounds)
        low += min(c * a, c * b)
        high += max(c * a, c * b)
    return low, high


def centered(value: int) -> int:
    value %= P
    return value - P if value > P // 2 else value


def _with_factor(poly: Poly, factor: int, bounds: Bounds) -> Scaled:
    terms = {m: centered(c * factor) for m, c in poly.items()}
    low, high = sum_bounds(terms, bounds)
    return Scaled(terms, -(-low // P), high // P)


def _denominator(ratio: int) -> int:
    """The small `d` for which `ratio` is `n / d` modulo p with a small `n`, or 1."""
    r, s, d, e = P, ratio % P, 0, 1
    while s > 1 << 17:
        quotient = r // s
        r, s, d, e = s, r - quotient * s, e, d - quotient * e
    return abs(e) if 0 < abs(e) <= 1 << 13 else 1


def as_integers(poly: Poly, bounds: Bounds) -> Scaled:
    """The equation `poly = 0` between integers, multiplied with the constant that leaves the fewest multiples of p."""
    linear = [c for m, c in poly.items() if m]
    best: Scaled | None = None
    for coefficient in dict.fromkeys(linear):
        base = algebra.inverse(coefficient)
        factors = [1]
        common = 1
        for other in linear:
            common = lcm(common, _denominator(other * base))
            if common > LARGEST_FACTOR:
                break
        else:
            if common > 1:
                factors.append(common)
        for factor in factors:
            scaled = _with_factor(poly, base * factor, bounds)
            if scaled.first >= scaled.last:
                return scaled
            if best is None or scaled.last - scaled.first < best.last - best.first:
                best = scaled
    return best if best is not None else _with_factor(poly, 1, bounds)


def tightened(terms: dict[Monomial, int], bounds: Bounds) -> Bounds:
    """Smaller ranges of variables that follow from a sum that is zero."""
    found: Bounds = {}
    low, high = sum_bounds(terms, bounds)
    for monomial, c in terms.items():
        if len(monomial) != 1:
            continue
        (name,) = monomial
        a, b = bounds[name]
        # `c x` is minus the others.
        others_low, others_high = low - min(c * a, c * b), high - max(c * a, c * b)
        from_, to = (-others_high, -others_low) if c > 0 else (others_low, others_high)
        smallest, largest = -(-from_ // abs(c)), to // abs(c)
        if smallest > a or largest < b:
            found[name] = (max(a, smallest), min(b, largest))
    return found


def step_of(terms: dict[Monomial, int], monomial: Monomial) -> tuple[int, int]:
    """`g` and `r`, such that a variable with a coefficient of 1 or -1 is `g` times an integer plus `r`."""
    g = 0
    for other, c in terms.items():
        if other and other != monomial:
            g = gcd(g, c)
    if g <= 1:
        return 1, 0
    return g, -terms.get((), 0) * terms[monomial] % g
