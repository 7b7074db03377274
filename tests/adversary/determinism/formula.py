"""Two rows as one formula of linear integer arithmetic. A product of variables is a variable of its own, of which only the range
is known: so without a solution there is none, but a solution may be none of the row's."""

from __future__ import annotations

from dataclasses import dataclass

import z3

import algebra
import intervals
from algebra import P, Monomial, Poly
from intervals import Bounds, Scaled
from system import Choice, Row


# Milliseconds for questions that need no answer.
QUICK = 1000
# Terms of an equation modulo p that are as many or more, and the same in both rows, are one unknown.
MANY = 16


@dataclass
class Side:
    """One of the two rows: a system, and how its own variables are told from the other's."""

    row: Row
    mark: str
    shared: set[str]

    def name(self, variable: str) -> str:
        return variable if variable in self.shared else variable + self.mark

    def poly(self, poly: Poly) -> Poly:
        return algebra.renamed(poly, self.name)

    def terms(self, terms: dict[Monomial, int]) -> dict[Monomial, int]:
        """A sum between integers."""
        renamed: dict[Monomial, int] = {}
        for monomial, c in terms.items():
            key = tuple(sorted(map(self.name, monomial)))
            renamed[key] = renamed.get(key, 0) + c
        return renamed


class Formula:
    """What both rows demand."""

    def __init__(self, sides: list[Side], timeout: float):
        self.solver = z3.SolverFor("QF_LIA")
        self.timeout = int(timeout * 1000)
        self.solver.set("timeout", self.timeout)
        self.sides = sides
        self.bounds: Bounds = {}
        self.terms: dict[Monomial, z3.ArithRef] = {}
        self.fresh = 0
        # What is the same in both rows as one unknown each, and what says which values these have.
        self.parts: dict[tuple, str] = {}
        self.links: list[z3.BoolRef] = []
        for side in sides:
            for name, (low, high) in side.row.bounds.items():
                name = side.name(name)
                a, b = self.bounds.get(name, (low, high))
                # Ranges of shared variables that are nowhere both of one and of the other leave nothing.
                self.bounds[name] = (max(a, low), min(b, high))
        for low, high in self.bounds.values():
            if low > high:
                self.solver.add(z3.BoolVal(False))
        for side in sides:
            self._demand(side)
        if len(sides) == 2:
            self._functions()

    def term(self, monomial: Monomial) -> z3.ArithRef:
        if monomial not in self.terms:
            term = z3.Int(" * ".join(monomial))
            low, high = intervals.monomial_bounds(monomial, self.bounds)
            self.solver.add(term >= low, term <= high)
            self.terms[monomial] = term
        return self.terms[monomial]

    def sum(self, terms: dict[Monomial, int]) -> z3.ArithRef:
        parts = [self.term(m) * c if c != 1 else self.term(m) for m, c in terms.items() if m]
        return z3.Sum([*parts, z3.IntVal(terms.get((), 0))])

    def zero(self, poly: Poly) -> z3.BoolRef:
        """That a polynomial is zero modulo p."""
        scaled = intervals.as_integers(poly, self.bounds)
        if scaled.is_impossible:
            return z3.BoolVal(False)
        if scaled.is_exact:
            return self.sum(scaled.exact()) == 0
        shorter = self._shorter(poly)
        if shorter is not None:
            return self.zero(shorter)
        return self._is_multiple(scaled)

    def _is_multiple(self, scaled: Scaled) -> z3.BoolRef:
        self.fresh += 1
        multiple = z3.Int(f"multiple#{self.fresh}")
        self.solver.add(multiple >= scaled.first, multiple <= scaled.last)
        return self.sum(scaled.terms) == multiple * P

    def _shorter(self, poly: Poly) -> Poly | None:
        """The same with one unknown, an element of the field, for all that both rows share, if that is much. Which element
        that is only `links` say: what has no solution without them has none."""
        marks = tuple(side.mark for side in self.sides)
        common = {m: c for m, c in poly.items() if not any(n.endswith(marks) for n in m)}
        own = {m: c for m, c in poly.items() if m not in common}
        if len(self.sides) != 2 or not own or len(common) < MANY:
            return None
        unit = algebra.inverse(own[min(own)])
        common = algebra.scaled(common, unit)
        key = tuple(sorted(common.items()))
        if key not in self.parts:
            name = f"part#{len(self.parts)}"
            self.parts[key] = name
            self.bounds[name] = (0, P - 1)
            equation = algebra.add(common, algebra.variable(name), P - 1)
            self.links.append(self._is_multiple(intervals.as_integers(equation, self.bounds)))
        return algebra.add(algebra.scaled(own, unit), algebra.variable(self.parts[key]))

    def nonzero(self, poly: Poly) -> z3.BoolRef:
        """That it is not."""
        scaled = intervals.as_integers(poly, self.bounds)
        if scaled.is_impossible:
            return z3.BoolVal(True)
        if scaled.is_exact:
            return self.sum(scaled.exact()) != 0
        self.fresh += 1
        multiple, rest = z3.Int(f"multiple#{self.fresh}"), z3.Int(f"rest#{self.fresh}")
        self.solver.add(rest >= 0, rest < P, self.sum(scaled.terms) == multiple * P + rest)
        return rest != 0

    def _demand(self, side: Side) -> None:
        row = side.row
        for name, values in row.values.items():
            term = self.term((side.name(name),))
            self.solver.add(z3.Or([term == value for value in values]))
        for terms in row.equations:
            self.solver.add(self.sum(side.terms(terms)) == 0)
        for poly in row.open:
            self.solver.add(self.zero(side.poly(poly)))
        for choice in row.choices:
            self.solver.add(self.choice(side, choice))

    def choice(self, side: Side, choice: Choice) -> z3.BoolRef:
        zero = [self.zero(side.poly(poly)) for poly in choice.zero]
        return z3.Or([*zero, *(self.nonzero(side.poly(poly)) for poly in choice.nonzero)])

    def difference(self, x: Poly, y: Poly) -> Poly:
        first, second = self.sides
        return algebra.add(first.poly(x), second.poly(y), P - 1)

    def _functions(self) -> None:
        """Functions of equal arguments are equal."""
        first, second = self.sides
        for (xs, x), (ys, y) in zip(first.row.functions, second.row.functions):
            if len(xs) == len(ys):
                equal = [self.zero(self.difference(a, b)) for a, b in zip(xs, ys)]
                self.solver.add(z3.Implies(z3.And(equal), self.zero(self.difference(x, y))))

    def own(self) -> list[str]:
        """Variables that both rows have, each its own."""
        first, second = self.sides
        return sorted((first.row.bounds.keys() & second.row.bounds.keys()) - first.shared)

    def own_products(self) -> bool:
        """Whether there are products of variables that are not shared."""
        marks = tuple(side.mark for side in self.sides)
        return any(len(m) > 1 and any(n.endswith(marks) for n in m) for m in self.terms)

    def differ(self, name: str) -> z3.BoolRef:
        first, second = (self.term((name + side.mark,)) for side in self.sides)
        return first != second

    def same(self, names: list[str]) -> list[str]:
        """Those of the variables that have the same value in both rows, always, as far as that is seen quickly."""
        names = list(names)
        self.solver.set("timeout", QUICK)
        result = z3.sat
        while names and result == z3.sat:
            self.solver.push()
            self.solver.add(z3.Or([self.differ(name) for name in names]))
            result = self.solver.check()
            if result == z3.sat:
                model = self.solver.model()
                names = [n for n in names if not z3.is_true(model.eval(self.differ(n), True))]
            self.solver.pop()
        if result == z3.unknown:
            names = self._one_by_one(names)
        self.solver.set("timeout", self.timeout)
        return names

    def _one_by_one(self, names: list[str]) -> list[str]:
        """Sums of powers of two are the same only if what is added is: that is seen from the lowest bit on."""
        found = []
        weights = {}
        for side in self.sides:
            for terms in side.row.equations:
                for monomial, c in terms.items():
                    if len(monomial) == 1:
                        weights[monomial[0]] = min(abs(c), weights.get(monomial[0], abs(c)))
        for name in sorted(names, key=lambda n: weights.get(n, P)):
            if self.solver.check(self.differ(name)) == z3.unsat:
                self.solver.add(z3.Not(self.differ(name)))
                found.append(name)
        return found

    def values(self, model: z3.ModelRef, side: Side) -> dict[str, int]:
        """The values of a row's variables."""
        term = lambda n: model.eval(self.term((side.name(n),)), True)  # noqa: E731
        return side.row.rebuilt({n: term(n).as_long() % P for n in side.row.bounds})
