"""Whether two rows with the same inputs have the same outputs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

import z3

import algebra
import euclid
import local
import modular
from algebra import Poly
from euclid import Terms
from formula import Formula, Side
from query import Entry, Subject, holds
from system import Row


# Milliseconds for an answer before it is tried to make the question easier.
FIRST = 5000


@dataclass
class Outcome:
    """What came of a query: how many pairs of cases had which answer, and a counterexample."""

    answers: Counter = field(default_factory=Counter)
    # Cases in which there is a row at all, and keys that have none.
    num_cases: int = 0
    empty: list[tuple] = field(default_factory=list)
    counterexample: str = ""
    open_pairs: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.answers["different"]:
            return "nondeterministic"
        if self.answers["open"]:
            return "undecided"
        if self.empty or not self.num_cases:
            return "vacuous"
        return "deterministic"


def decide(subject: Subject, timeout: float, first_only: bool = False) -> Outcome:
    outcome = Outcome()
    same = subject.columns_of(subject.query.same)
    for key, entries in subject.cases().items():
        real = [entry for entry in entries if _exists(subject, entry, timeout)]
        outcome.num_cases += len(real)
        if not real:
            outcome.empty.append(key)
        agrees = {entry: [entry.values()[name] for name in same] for entry in real}
        for x, y in combinations_with_replacement(real, 2):
            if agrees[x] != agrees[y] or (subject.query.different and x == y):
                continue
            pair = Pair(subject, x, y, timeout)
            answer = pair.answer()
            outcome.answers[answer] += 1
            if answer == "different" and not outcome.counterexample:
                outcome.counterexample = pair.counterexample
                if first_only:
                    return outcome
            if answer == "open":
                outcome.open_pairs.append(f"{_named(x)} / {_named(y)}")
    return outcome


def decide_locally(subject: Subject, timeout: float) -> Outcome:
    """Whether equations one by one, and lemmas about products, are enough to show that outputs are the same. That they are not is
    seen long before a counterexample."""
    entries = [entry for group in subject.cases().values() for entry in group]
    is_shown = all(Pair(subject, entry, entry, timeout).is_shown_locally() for entry in entries)
    return Outcome(Counter({"same" if is_shown else "open": 1}), len(entries))


def _named(entry: Entry) -> str:
    return ", ".join(f"{name}={value}" for name, value in entry.case if value)


def _exists(subject: Subject, entry: Entry, timeout: float) -> bool:
    """Whether there may be such a row, as far as that is seen quickly: cases that constraints exclude tell nothing."""
    row = subject.row(entry, _inputs(subject, entry, entry))
    if row is None:
        return False
    formula = Formula([Side(row, "", set())], timeout)
    formula.solver.set("timeout", min(formula.timeout, FIRST))
    return formula.solver.check() != z3.unsat


def _inputs(subject: Subject, x: Entry, y: Entry) -> tuple[str, ...]:
    """Inputs that both rows have."""
    both = lambda name: all(subject.elements(entry, name)[0] for entry in (x, y))  # noqa: E731
    return tuple(name for name in subject.query.inputs if both(name))


class Pair:
    """Two rows that are to be compared."""

    def __init__(self, subject: Subject, x: Entry, y: Entry, timeout: float):
        self.subject = subject
        self.entries = (x, y)
        self.timeout = timeout
        self.counterexample = ""

    def answer(self) -> str:
        inputs = _inputs(self.subject, *self.entries)
        rows = [self.subject.row(entry, inputs) for entry in self.entries]
        if rows[0] is None or rows[1] is None:
            return "same"
        shared = set(self.subject.shared(self.entries[0], inputs))
        formula, result = self._check(rows, shared)
        while result == z3.unknown and (found := self._found(rows, shared)):
            shared |= found
            formula, result = self._check(rows, shared)
        if result == z3.unknown:
            formula, result = self._check(rows, shared, is_last=True)
        if result == z3.unsat:
            return "same"
        if result == z3.unknown:
            return "open"
        if self._is_real(formula, formula.solver.model()):
            return "different"
        return "different" if self._with_samples(formula) else "open"

    def is_shown_locally(self) -> bool:
        inputs = _inputs(self.subject, *self.entries)
        row = self.subject.row(self.entries[0], inputs)
        if row is None:
            return True
        shared = set(self.subject.shared(self.entries[0], inputs))
        while found := self._found_locally(row, shared):
            shared |= found
        return self._are_outputs_shared(row, shared)

    def _found_locally(self, row: Row, shared: set[str]) -> set[str]:
        sums = self._equal_sums([Side(row, "", shared)] * 2)
        return local.same(row, shared, [x for x, _ in sums])

    def _found(self, rows: list, shared: set[str]) -> set[str]:
        """Variables that turn out to be the same: by an equation alone if there are some, or by all."""
        found = self._found_locally(rows[0], shared) if rows[0] is rows[1] else set()
        if not found:
            formula = self._formula(rows, shared)
            found = set(formula.same(formula.own()))
        return found

    def _check(
        self, rows: list, shared: set[str], is_last: bool = False
    ) -> tuple[Formula | None, z3.CheckSatResult]:
        """Whether outputs can differ; unknown without being asked if there are products that are not shared yet. A
        formula is asked one question: a solver that expects others is slower by far."""
        if rows[0] is rows[1] and self._are_outputs_shared(rows[0], shared):
            return None, z3.unsat
        formula = self._formula(rows, shared)
        goal = self._goal(formula)
        if formula.own_products() and not is_last:
            return formula, z3.unknown
        if not is_last:
            formula.solver.set("timeout", min(formula.timeout, FIRST))
        formula.solver.add(goal)
        return formula, formula.solver.check()

    def _formula(self, rows: list, shared: set[str]) -> Formula:
        sides = [Side(row, mark, shared) for row, mark in zip(rows, ("@1", "@2"))]
        formula = Formula(sides, self.timeout)
        for pair in self._equal_sums(sides):
            x, y = (formula.sum(side.terms(terms)) for side, terms in zip(sides, pair))
            formula.solver.add(x == y)
        return formula

    def _equal_sums(self, sides: list[Side]) -> list[tuple[Terms, Terms]]:
        """Sums that lemmas about products show to be the same in both rows."""
        task = (self.subject, sides, self.entries, int(self.timeout * 1000))
        return [*euclid.sums(*task), *modular.sums(*task)]

    def _outputs(self) -> list[tuple[str, list[Poly], list[Poly]]] | None:
        """Outputs of both rows; `None` if one has one that the other has not."""
        outputs = []
        for name in self.subject.query.outputs:
            if name == "case":
                if self.entries[0] != self.entries[1]:
                    return None
                continue
            (x_has, xs, _), (y_has, ys, _) = (self.subject.elements(e, name) for e in self.entries)
            if x_has != y_has:
                return None
            if x_has:
                outputs.append((name, xs, ys))
        return outputs

    def _are_outputs_shared(self, row: Row, shared: set[str]) -> bool:
        outputs = self._outputs() or []
        return all(algebra.variables(row.of(poly)) <= shared for _, polys, _ in outputs for poly in polys)

    def _goal(self, formula: Formula) -> z3.BoolRef:
        outputs = self._outputs()
        if outputs is None:
            return z3.BoolVal(True)
        x, y = (side.row for side in formula.sides)
        pairs = [(a, b) for _, xs, ys in outputs for a, b in zip(xs, ys)]
        differences = [formula.difference(x.of(a), y.of(b)) for a, b in pairs]
        differences = [d for d in differences if d]
        return z3.Or([formula.nonzero(d) for d in differences]) if differences else z3.BoolVal(False)

    def _is_real(self, formula: Formula, model: z3.ModelRef) -> bool:
        """Whether what the solver found are rows, which it need not be if there are products."""
        values = [formula.values(model, side) for side in formula.sides]
        for entry, row_values in zip(self.entries, values):
            if not self._holds(entry, row_values):
                return False
        outputs = self._outputs()
        shown = []
        for name, xs, ys in outputs or []:
            a, b = ([algebra.evaluate(p, lambda n: v.get(n, 0)) for p in ps] for ps, v in zip((xs, ys), values))
            if a != b:
                shown.append(f"{name}: {a} or {b}")
        if outputs is not None and not shown:
            return False
        self.counterexample = self._shown(values, shown)
        return True

    def _holds(self, entry: Entry, values: dict[str, int]) -> bool:
        subject = self.subject
        lookup = lambda n: values.get(n, 0)  # noqa: E731
        prefixes = ["", "next:"] if subject.query.two_rows else [""]
        for prefix in prefixes:
            if not holds(subject, subject.evaluation(entry, prefix), lookup):
                return False
        return True

    def _shown(self, values: list[dict[str, int]], outputs: list[str]) -> str:
        x, y = values
        columns = sorted(n for n in x.keys() | y.keys() if "#" not in n and "/" not in n)
        cases = [_named(entry) for entry in self.entries]
        same = ", ".join(f"{n}={x[n]}" for n in columns if x.get(n) == y.get(n) and x.get(n))
        differ = ", ".join(f"{n}={x.get(n)}|{y.get(n)}" for n in columns if x.get(n) != y.get(n))
        return f"[{cases[0]}] / [{cases[1]}]: {'; '.join(outputs)}; columns {differ}; both {same}"

    def _with_samples(self, formula: Formula) -> bool:
        """Looks for rows with some values of variables that are in products, which leaves these linear."""
        solver = formula.solver
        factors = sorted({n for m in formula.terms if len(m) > 1 for n in m})
        marks = tuple(side.mark for side in formula.sides)
        fixed = [n for n in factors if not n.endswith(marks)]
        for seed in range(6):
            solver.push()
            solver.add(formula.links)
            chosen = {}
            for place, name in enumerate(fixed):
                low, high = formula.bounds[name]
                wanted = low + (place * 7919 + seed * 104729 + seed * seed) % (high - low + 1)
                chosen[name] = wanted if seed else high
            solver.add([formula.term((n,)) == value for n, value in chosen.items()])
            for monomial, term in list(formula.terms.items()):
                if len(monomial) > 1:
                    value, left = 1, []
                    for name in monomial:
                        if name in chosen:
                            value *= chosen[name]
                        else:
                            left.append(name)
                    if len(left) <= 1:
                        solver.add(term == (formula.term((left[0],)) * value if left else value))
            found = solver.check() == z3.sat and self._is_real(formula, solver.model())
            solver.pop()
            if found:
                return True
        return False
