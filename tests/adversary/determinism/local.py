"""Variables that one equation alone shows to be the same in both rows: what a sum is made of, such as bits, limbs and carries."""

from __future__ import annotations

import z3

import intervals
from algebra import Monomial
from system import Row

# More unknowns than a sum of bits and carries has.
MAX_UNKNOWN = 48
TIMEOUT = 2000


def same(row: Row, shared: set[str]) -> set[str]:
    """Adds to what two rows of the same system share, as long as some equation has nothing else that is not shared."""
    found: set[str] = set()
    open_ = list(row.equations)
    changed = True
    while changed:
        changed = False
        waiting = []
        for terms in open_:
            own = {m: c for m, c in terms.items() if any(n not in shared | found for n in m)}
            if len(own) > MAX_UNKNOWN or any(len(m) > 1 for m in own):
                waiting.append(terms)
            elif own:
                new = _unique(own, row)
                found |= new
                changed |= bool(new)
                if len(new) < len(own):
                    waiting.append(terms)
        open_ = waiting
    return found


def _unique(own: dict[Monomial, int], row: Row) -> set[str]:
    """Variables of a sum that are the same whenever the sum is, one after the other from the lowest weight on."""
    solver = z3.SolverFor("QF_LIA")
    solver.set("timeout", TIMEOUT)
    pairs = {}
    for monomial in own:
        pairs[monomial] = z3.Int(f"{monomial[0]}@1"), z3.Int(f"{monomial[0]}@2")
        low, high = intervals.monomial_bounds(monomial, row.bounds)
        for term in pairs[monomial]:
            solver.add(term >= low, term <= high)
    first, second = (z3.Sum([pairs[m][side] * c for m, c in own.items()]) for side in (0, 1))
    solver.add(first == second)
    found = set()
    for monomial in sorted(own, key=lambda m: abs(own[m])):
        x, y = pairs[monomial]
        if solver.check(x != y) == z3.unsat:
            solver.add(x == y)
            found.add(monomial[0])
    return found
