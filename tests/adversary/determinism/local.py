"""Variables that one equation alone shows to be the same in both rows: what a sum is made of, such as bits, limbs and carries."""

from __future__ import annotations

from functools import cache
from itertools import product
from math import prod

import z3

from algebra import Monomial
from system import Row

# More unknowns than a sum of bits and carries has.
MAX_UNKNOWN = 48
TIMEOUT = 2000
# Variables of an equation with products, of which all values are tried.
MAX_TRIED = 12

Terms = dict[Monomial, int]


def same(row: Row, shared: set[str], sums: list[Terms]) -> set[str]:
    """Adds to what two rows of the same system share, as long as some equation has nothing else that is not shared; or some
    sum of which that is known."""
    found: set[str] = set()
    open_ = [*row.equations, *sums]
    changed = True
    while changed:
        changed = False
        waiting = []
        for terms in open_:
            own = {n for m in terms for n in m} - shared - found
            if own:
                new = _found(terms, own, row)
                found |= new
                changed |= bool(new)
                if len(new) < len(own):
                    waiting.append(terms)
        open_ = waiting
    return found


def _found(terms: Terms, own: set[str], row: Row) -> set[str]:
    """Those of an equation's own variables that it shows to be the same."""
    parts = {m: c for m, c in terms.items() if not own.isdisjoint(m)}
    if all(len(m) == 1 for m in parts):
        if len(parts) > MAX_UNKNOWN:
            return set()
        names = sorted((m[0] for m in parts), key=lambda n: abs(parts[n,]))
        found = _unique(tuple((parts[n,], row.bounds[n]) for n in names))
        return {names[i] for i in found}
    names = sorted({n for m in terms for n in m}, key=lambda n: n in own)
    sizes = [row.bounds[n][1] - row.bounds[n][0] + 1 for n in names]
    if len(names) > MAX_TRIED or prod(sizes) > 1 << MAX_TRIED:
        return set()
    places = {name: i for i, name in enumerate(names)}
    numbered = tuple(sorted((tuple(places[n] for n in m), c) for m, c in terms.items()))
    found = _tried(numbered, tuple(row.bounds[n] for n in names), len(names) - len(own))
    return {names[i] for i in found}


@cache
def _unique(parts: tuple[tuple[int, tuple[int, int]], ...]) -> set[int]:
    """Variables of a sum that are the same whenever the sum is, one after the other from the lowest weight on."""
    solver = z3.SolverFor("QF_LIA")
    solver.set("timeout", TIMEOUT)
    pairs = [(z3.Int(f"{i}@1"), z3.Int(f"{i}@2")) for i in range(len(parts))]
    for pair, (_, (low, high)) in zip(pairs, parts):
        for term in pair:
            solver.add(term >= low, term <= high)
    first, second = (z3.Sum([pair[side] * c for pair, (c, _) in zip(pairs, parts)]) for side in (0, 1))
    solver.add(first == second)
    found = set()
    for i, (x, y) in enumerate(pairs):
        if solver.check(x != y) == z3.unsat:
            solver.add(x == y)
            found.add(i)
    return found


@cache
def _tried(terms: tuple[tuple[tuple[int, ...], int], ...], bounds: tuple[tuple[int, int], ...], num_shared: int) -> set[int]:
    """Variables that have one value for all values of the first ones, which are shared: all are tried."""
    seen: dict[tuple[int, ...], list[set[int]]] = {}
    for values in product(*(range(low, high + 1) for low, high in bounds)):
        if sum(c * prod(values[i] for i in m) for m, c in terms) == 0:
            own = seen.setdefault(values[:num_shared], [set() for _ in values[num_shared:]])
            for known, value in zip(own, values[num_shared:]):
                known.add(value)
    is_same = [all(len(own[i]) == 1 for own in seen.values()) for i in range(len(bounds) - num_shared)]
    return {num_shared + i for i, same in enumerate(is_same) if same}
