"""A system of constraints over integers, and how its equations become exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import gcd

import algebra
import intervals
from algebra import P, Monomial, Poly
from intervals import Bounds, Scaled
from replaced import Digits, Inverses, Replaced


# An equation that gets longer by so many terms is not looked at: it is none of carries.
MORE_TERMS = 64


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
    # Bits whose squares are left out.
    bits: set[str] = field(default_factory=set)
    # Variables that are gone, in order.
    history: list[Replaced | Inverses | Digits] = field(default_factory=list)
    # Where in it those are that a polynomial stands for, as far as that was noted.
    places: dict[str, int] = field(default_factory=dict)
    num_placed: int = 0

    def of(self, poly: Poly) -> Poly:
        """A polynomial in the variables that are left."""
        for place in range(self.num_placed, len(self.history)):
            if isinstance(gone := self.history[place], Replaced):
                self.places[gone.name] = place
        self.num_placed = len(self.history)
        next_ = 0
        while found := [self.places[n] for n in algebra.variables(poly) if self.places.get(n, -1) >= next_]:
            gone = self.history[min(found)]
            poly = algebra.substitute(poly, {gone.name: gone.poly})
            next_ = min(found) + 1
        return algebra.without_squares(poly, self.bits) if self.bits else poly

    def rebuilt(self, values: dict[str, int]) -> dict[str, int]:
        """All variables, from those that are left."""
        values = dict(values)
        for gone in reversed(self.history):
            gone.find(values)
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
    """An equation less multiples of exact ones, as long as that makes it exact or shorter; `None` if nothing is left. One that
    is exact gets shorter, too, so that those behind it in a chain of carries are less it."""
    scaled = intervals.as_integers(poly, row.bounds)
    while not scaled.is_impossible:
        for less in _less(poly, row, 0 if scaled.is_exact else MORE_TERMS):
            if not less:
                return None
            candidate = intervals.as_integers(less, row.bounds)
            is_good = candidate.first >= candidate.last
            if is_good if scaled.is_exact else is_good or len(less) < len(poly):
                poly, scaled = less, candidate
                break
        else:
            break
    return scaled


def _less(poly: Poly, row: Row, num_more: int) -> Iterator[Poly]:
    """An equation less each exact one by which a term is gone, if it has not so many terms more then."""
    for exact in row.equations:
        for monomial in exact:
            if monomial and monomial in poly:
                ratio = -poly[monomial] * algebra.inverse(exact[monomial])
                less = algebra.add(poly, {m: c % P for m, c in exact.items()}, ratio)
                if len(less) < len(poly) + num_more:
                    yield less


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
    row.history.append(Replaced(old, value))
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
