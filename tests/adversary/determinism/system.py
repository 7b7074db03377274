"""A system of constraints over integers, and how its equations become exact."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd

import algebra
import intervals
from algebra import P, Monomial, Poly
from intervals import Bounds, Scaled


class Impossible(Exception):
    """No row is like that."""


@dataclass
class Choice:
    """Of some equations modulo p one holds; of those that are negated, one does not."""

    zero: list[Poly]
    nonzero: list[Poly]


@dataclass
class Row:
    """A system over the variables that are left. `equations` are exact between integers, `open` have several multiples."""

    bounds: Bounds = field(default_factory=dict)
    values: dict[str, list[int]] = field(default_factory=dict)
    equations: list[dict[Monomial, int]] = field(default_factory=list)
    open: list[Poly] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    # A look-up of a function: arguments and result.
    functions: list[tuple[list[Poly], Poly]] = field(default_factory=list)
    # Replaced variables, in order, by a polynomial or by a quotient of two.
    history: list[tuple[str, Poly, Poly]] = field(default_factory=list)

    def of(self, poly: Poly) -> Poly:
        """A polynomial in the variables that are left."""
        for name, replaced, divisor in self.history:
            if algebra.is_constant(divisor):
                poly = algebra.substitute(poly, {name: replaced})
        return poly

    def rebuilt(self, values: dict[str, int]) -> dict[str, int]:
        """All variables, from those that are left."""
        values = dict(values)
        for name, replaced, divisor in reversed(self.history):
            lookup = lambda n: values.get(n, 0)  # noqa: E731
            below = algebra.evaluate(divisor, lookup)
            above = algebra.evaluate(replaced, lookup)
            values[name] = above * algebra.inverse(below) % P
        return values


def resolve(row: Row, kept: set[str]) -> None:
    """Makes open equations exact, each with the help of those that are, and variables as small as they can be."""
    changed = True
    while changed:
        changed = False
        still_open = []
        for poly in row.open:
            scaled = _reduced(poly, row)
            if scaled is None:
                continue
            if scaled.is_impossible:
                raise Impossible
            if scaled.is_exact:
                row.equations.append(scaled.exact())
                changed = True
            else:
                still_open.append({m: c % P for m, c in scaled.terms.items() if c % P})
        row.open = still_open
        changed |= _tighten(row)
        while _divide(row, kept):
            changed = True


def _reduced(poly: Poly, row: Row) -> Scaled | None:
    """An equation less multiples of exact ones, as long as that makes it shorter or exact; `None` if nothing is left."""
    scaled = intervals.as_integers(poly, row.bounds)
    shorter = True
    while shorter and not scaled.first >= scaled.last:
        shorter = False
        for exact in row.equations:
            for monomial in exact:
                if not monomial or monomial not in poly:
                    continue
                ratio = -poly[monomial] * algebra.inverse(exact[monomial])
                less = algebra.add(poly, {m: c % P for m, c in exact.items()}, ratio)
                if not less:
                    return None
                candidate = intervals.as_integers(less, row.bounds)
                if len(less) < len(poly) or candidate.first >= candidate.last:
                    poly, scaled, shorter = less, candidate, True
                    break
            if shorter:
                break
    return scaled


def _tighten(row: Row) -> bool:
    changed = False
    fixed = {name for name, (low, high) in row.bounds.items() if low == high}
    row.equations = [
        _simplified(terms, row.bounds) if any(not fixed.isdisjoint(m) for m in terms) else terms
        for terms in row.equations
    ]
    for terms in row.equations:
        for name, (low, high) in intervals.tightened(terms, row.bounds).items():
            if low > high:
                raise Impossible
            row.bounds[name] = (low, high)
            changed = True
    return changed


def _simplified(terms: dict[Monomial, int], bounds: Bounds) -> dict[Monomial, int]:
    """The same without variables that have one value, where something else is left, and without a common factor."""
    rest: dict[Monomial, int] = {}
    for monomial, c in terms.items():
        low, high = intervals.monomial_bounds(monomial, bounds)
        key, value = ((), c * low) if low == high else (monomial, c)
        rest[key] = rest.get(key, 0) + value
    if not any(rest):
        return terms
    common = gcd(*rest.values())
    return {m: c // common for m, c in rest.items() if c}


def _divide(row: Row, kept: set[str]) -> bool:
    """Variables that are multiples of something, up to a constant, are replaced by the quotient."""
    for terms in row.equations:
        for monomial, c in terms.items():
            if len(monomial) != 1 or abs(c) != 1 or monomial[0] in kept or monomial[0] in row.values:
                continue
            step, offset = intervals.step_of(terms, monomial)
            low, high = row.bounds[monomial[0]]
            if step == 1 or low == high:
                continue
            name = f"{monomial[0]}/{step}"
            row.bounds[name] = (-(-(low - offset) // step), (high - offset) // step)
            if row.bounds[name][0] > row.bounds[name][1]:
                raise Impossible
            _put(row, monomial[0], name, step, offset)
            return True
    return False


def _put(row: Row, old: str, new: str, step: int, offset: int) -> None:
    value = algebra.add(algebra.scaled(algebra.variable(new), step), algebra.constant(offset))
    values = {old: value}
    put = lambda x: algebra.substitute(x, values)  # noqa: E731
    row.equations = [_put_exact(terms, old, new, step, offset) for terms in row.equations]
    row.open = [put(poly) for poly in row.open]
    row.choices = [Choice([*map(put, c.zero)], [*map(put, c.nonzero)]) for c in row.choices]
    row.functions = [([*map(put, arguments)], put(result)) for arguments, result in row.functions]
    row.history.append((old, value, algebra.constant(1)))
    del row.bounds[old]


def _put_exact(
    terms: dict[Monomial, int], old: str, new: str, step: int, offset: int
) -> dict[Monomial, int]:
    """The same between integers; `old` is in no term more than once."""
    total: dict[Monomial, int] = {}
    for monomial, c in terms.items():
        parts = {monomial: c}
        while any(old in m for m in parts):
            split: dict[Monomial, int] = {}
            for m, d in parts.items():
                if old not in m:
                    split[m] = split.get(m, 0) + d
                    continue
                rest = list(m)
                rest.remove(old)
                for key, factor in ((tuple(sorted([*rest, new])), step), (tuple(rest), offset)):
                    split[key] = split.get(key, 0) + d * factor
            parts = split
        for m, d in parts.items():
            total[m] = total.get(m, 0) + d
    return {m: c for m, c in total.items() if c}
