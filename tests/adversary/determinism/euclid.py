"""That quotient and remainder are unique: the one step with products of unknowns, so the solver gets it whole.

Of each row it is shown that `quotient * divisor + remainder = dividend` between integers, which must be a linear combination of
the row's exact equations, and that `remainder < divisor`, which linear arithmetic decides. Then quotients are equal, and
remainders, whatever the integers are: nonlinear arithmetic decides that, once."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import z3

import algebra
import intervals
from algebra import Monomial, Poly
from formula import Formula, Side
from query import Entry, Subject
from system import Row

Terms = dict[Monomial, int]
# The parts, and how many bits lie from one of their elements to the next.
PARTS = {"quotient": 8, "divisor": 8, "remainder": 16, "dividend": 16}


def add_lemma(subject: Subject, entries: tuple[Entry, Entry], formula: Formula) -> None:
    """Tells a formula that the rows' quotients and remainders are equal, if that is so."""
    for lemma in subject.query.euclid:
        if any(entry.values().get(n) != v for entry in entries for n, v in lemma["only"].items()):
            continue
        parts = [_parts(subject, e, side.row, lemma) for e, side in zip(entries, formula.sides)]
        if any(_own(side, part[name]) for side, part in zip(formula.sides, parts) for name in ("divisor", "dividend")):
            continue
        if not all(_is_division(side.row, part, formula.timeout) for side, part in zip(formula.sides, parts)):
            continue
        if not is_unique():
            continue
        for name in ("quotient", "remainder"):
            sums = [formula.sum(_renamed(side, part[name])) for side, part in zip(formula.sides, parts)]
            formula.solver.add(sums[0] == sums[1])


@cache
def is_unique() -> bool:
    """Whether a solver agrees with Euclid."""
    q, r, s, t, b, a = z3.Ints("q r s t b a")
    solver = z3.SolverFor("QF_NIA")
    solver.set("timeout", 60_000)
    solver.add(q * b + r == a, s * b + t == a, 0 <= r, r < b, 0 <= t, t < b)
    solver.add(z3.Or(q != s, r != t))
    return solver.check() == z3.unsat


def _parts(subject: Subject, entry: Entry, row: Row, lemma: dict) -> dict[str, Terms]:
    parts = {}
    for name, bits in PARTS.items():
        whole: Terms = {}
        for place, poly in enumerate(_elements(subject, entry, lemma[name])):
            for monomial, c in row.of(poly).items():
                whole[monomial] = whole.get(monomial, 0) + (intervals.centered(c) << bits * place)
        parts[name] = whole
    return parts


def _elements(subject: Subject, entry: Entry, names: list[str]) -> list[Poly]:
    return [poly for name in names for poly in subject.elements(entry, name)[1]]


def _own(side: Side, terms: Terms) -> bool:
    return any(name not in side.shared for monomial in terms for name in monomial)


def _renamed(side: Side, terms: Terms) -> Terms:
    return {tuple(sorted(map(side.name, monomial))): c for monomial, c in terms.items()}


def _is_division(row: Row, part: dict[str, Terms], timeout: int) -> bool:
    equation = dict(part["remainder"])
    for monomial, c in part["dividend"].items():
        equation[monomial] = equation.get(monomial, 0) - c
    for x, c in part["quotient"].items():
        for y, d in part["divisor"].items():
            monomial = tuple(sorted(x + y))
            equation[monomial] = equation.get(monomial, 0) + c * d
    return _follows(equation, row) and _is_less(row, part, timeout)


def _follows(equation: Terms, row: Row) -> bool:
    """Whether a sum is a linear combination of those that are zero."""
    known: list[dict[Monomial, Fraction]] = []
    zeros = _zeros(row)
    for terms in [*row.equations, equation]:
        rest = {m: Fraction(c) for m, c in terms.items() if c and m not in zeros}
        for pivot in known:
            lead = next(iter(pivot))
            if ratio := rest.get(lead, Fraction(0)) / pivot[lead]:
                for monomial, c in pivot.items():
                    rest[monomial] = rest.get(monomial, Fraction(0)) - ratio * c
        rest = {m: c for m, c in rest.items() if c}
        if terms is equation:
            return not rest
        if rest:
            known.append(rest)
    return False


def _zeros(row: Row) -> set[Monomial]:
    """Products that are zero, since a sum of products that are not negative is."""
    zeros: set[Monomial] = set()
    for terms in row.equations:
        positive = all(m and c > 0 and intervals.monomial_bounds(m, row.bounds)[0] >= 0 for m, c in terms.items())
        if positive:
            zeros |= terms.keys()
    for name, bounds in row.bounds.items():
        if bounds == (0, 0):
            zeros |= {m for terms in row.equations for m in terms if name in m}
    return zeros


def _is_less(row: Row, part: dict[str, Terms], timeout: int) -> bool:
    formula = Formula([Side(row, "", set())], timeout / 1000)
    remainder, divisor = formula.sum(part["remainder"]), formula.sum(part["divisor"])
    return formula.solver.check(z3.Or(remainder < 0, remainder >= divisor)) == z3.unsat
