"""That quotient and remainder are unique: the one step with products of unknowns, so the solver gets it whole.

Of each row it is shown that `quotient * divisor + remainder = dividend` between integers, which must be a linear combination of
the row's exact equations, and that `remainder < divisor`, which linear arithmetic decides. Then quotients are equal, and
remainders, whatever the integers are: nonlinear arithmetic decides that, once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import z3

import intervals
from algebra import Monomial
from formula import Formula, Side
from query import Entry, Subject
from system import Row

Terms = dict[Monomial, int]
# The parts, and how many bits lie from one of their elements to the next.
PARTS = {"quotient": 8, "divisor": 8, "remainder": 16, "dividend": 16}


def sums(subject: Subject, sides: list[Side], entries: tuple[Entry, Entry], timeout: int) -> list[tuple[Terms, Terms]]:
    """Sums of the rows that are equal, since they are quotients and remainders of the same."""
    found = []
    for place, lemma in enumerate(subject.query.euclid):
        if any(entry.values().get(n) != v for entry in entries for n, v in lemma["only"].items()):
            continue
        parts = [_parts(subject, e, side.row, lemma) for e, side in zip(entries, sides)]
        if any(own(side, part[name]) for side, part in zip(sides, parts) for name in ("divisor", "dividend")):
            continue
        if all(_is_proven(subject, place, side.row, part, timeout) for side, part in zip(sides, parts)) and is_unique():
            found += [(parts[0][name], parts[1][name]) for name in ("quotient", "remainder")]
    return found


def _is_proven(subject: Subject, place: int, row: Row, part: dict[str, Terms], timeout: int) -> bool:
    key = ("euclid", place, id(row))
    if key not in subject.proofs:
        subject.proofs[key] = _is_division(row, part, timeout)
    return subject.proofs[key]


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
    parts = {name: number(subject, entry, row, lemma[name], bits) for name, bits in PARTS.items()}
    # What is divided may be a product and a number more.
    if "factors" in lemma:
        x, y = (number(subject, entry, row, [name], 8) for name in lemma["factors"])
        parts["dividend"] = added(parts["dividend"], times(x, y))
    return parts


def number(subject: Subject, entry: Entry, row: Row, names: list[str], bits: int) -> Terms:
    """What columns come to that are digits of so many bits, the lowest first."""
    whole: Terms = {}
    columns = [poly for name in names for poly in subject.elements(entry, name)[1]]
    for place, poly in enumerate(columns):
        whole = added(whole, {m: intervals.centered(c) for m, c in row.of(poly).items()}, 1 << bits * place)
    return whole


def added(x: Terms, y: Terms, factor: int = 1) -> Terms:
    total = dict(x)
    for monomial, c in y.items():
        total[monomial] = total.get(monomial, 0) + factor * c
    return {m: c for m, c in total.items() if c}


def times(x: Terms, y: Terms) -> Terms:
    product: Terms = {}
    for m, c in x.items():
        for n, d in y.items():
            monomial = tuple(sorted(m + n))
            product[monomial] = product.get(monomial, 0) + c * d
    return product


def own(side: Side, terms: Terms) -> bool:
    return any(name not in side.shared for monomial in terms for name in monomial)


def _is_division(row: Row, part: dict[str, Terms], timeout: int) -> bool:
    equation = added(part["remainder"], part["dividend"], -1)
    equation = added(equation, times(part["quotient"], part["divisor"]))
    return not reduced(equation, row) and _is_less(row, part, timeout)


def reduced(equation: Terms, row: Row) -> dict[Monomial, Fraction]:
    """What is left of a sum less the linear combination of those that are zero that leaves the least."""
    known: list[tuple[Monomial, dict[Monomial, Fraction]]] = []
    zeros = _zeros(row)
    for terms in [*row.equations, equation]:
        rest = {m: Fraction(c) for m, c in terms.items() if c and m not in zeros}
        for lead, pivot in known:
            if ratio := rest.get(lead, Fraction(0)) / pivot[lead]:
                for monomial, c in pivot.items():
                    rest[monomial] = rest.get(monomial, Fraction(0)) - ratio * c
        rest = {m: c for m, c in rest.items() if c}
        if terms is not equation and any(rest):
            known.append((next(m for m in rest if m), rest))
    return rest


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
    less = added(part["divisor"], part["remainder"], -1)
    return is_in_range(less, 1, None, row, timeout) and is_in_range(part["remainder"], 0, None, row, timeout)


def is_in_range(terms: Terms, low: int | None, high: int | None, row: Row, timeout: int) -> bool:
    """Whether a row's sum always is, as what it demands without products says: if it is so of fractions, it is of integers."""
    equations = [equation for equation in row.equations if all(len(m) <= 1 for m in equation)]
    names = {n for equation in [*equations, terms] for m in equation for n in m}
    solver = z3.SolverFor("QF_LRA")
    solver.set("timeout", timeout)
    reals = {name: z3.Real(name) for name in names}
    for name, real in reals.items():
        solver.add(real >= row.bounds[name][0], real <= row.bounds[name][1])
    total = lambda of: z3.Sum([z3.RealVal(0), *(reals[m[0]] * c if m else z3.RealVal(c) for m, c in of.items())])  # noqa: E731
    solver.add([total(equation) == 0 for equation in equations])
    solver.add(_is_outside(total(terms), low, high))
    if solver.check() == z3.unsat:
        return True
    formula = Formula([Side(replace(row, equations=equations), "", set())], timeout / 1000)
    formula.solver.add(_is_outside(formula.sum(terms), low, high))
    return formula.solver.check() == z3.unsat


def _is_outside(value: z3.ArithRef, low: int | None, high: int | None) -> z3.BoolRef:
    return z3.Or([*([] if low is None else [value < low]), *([] if high is None else [value > high])])
