"""All values that a table's selectors can have together."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

import algebra
import intervals
from algebra import P, Poly
from tables import Evaluation, Table

Case = dict[str, int]


class Unbounded(Exception):
    """A selector's values are not enumerated by any constraint."""


def enumerate_cases(
    table: Table, selectors: list[str], fixed: Case, place: str, two_rows: bool, enough: list[str]
) -> list[Case]:
    """Assignments that the constraints on selectors alone allow. Constraints give the values that each can have."""
    known = set(selectors) | fixed.keys()
    demands = []
    for prefix in ["", "next:"] if two_rows else [""]:
        evaluation = Evaluation(table, fixed, place, prefix)
        for constraint in table.constraints:
            if not any(fnmatch(constraint.label, wanted) for wanted in enough):
                continue
            if not _speaks_of(table, constraint.node, known, prefix):
                continue
            factors = evaluation.factors(constraint.node)
            if all(factors):
                demands.append(factors)
    domains = {name: values for name in selectors if (values := _domain(name, demands))}
    return list(_assign(selectors, demands, domains, {}))


def _speaks_of(table: Table, root: int, known: set[str], prefix: str) -> bool:
    """Whether an expression is one of these variables alone."""
    for kind, payload in table.leaves(root):
        if kind == "main":
            if prefix and payload["next"]:
                return False
            name = ("next:" if payload["next"] else prefix) + table.columns[payload["column"]]
            if name not in known:
                return False
        elif kind in ("public", "fixed"):
            return False
        elif kind != "constant" and prefix:
            # Where a row stands.
            return False
    return True


def _domain(name: str, demands: list[list[Poly]]) -> list[int] | None:
    """The values that demands on this selector alone leave; `None` if there are none."""
    domain = None
    for factors in demands:
        if set().union(*map(algebra.variables, factors)) == {name}:
            roots = _roots(factors, name)
            if roots is not None:
                domain = roots if domain is None else [value for value in domain if value in roots]
    return domain


def _assign(
    selectors: list[str], demands: list[list[Poly]], domains: dict[str, list[int]], case: Case
) -> Iterator[Case]:
    if not selectors:
        yield case
        return
    name, *later = selectors
    domain = _domain(name, demands)
    if domain is None:
        raise Unbounded(name)
    for value in domain:
        put = {name: algebra.constant(value)}
        rest = []
        for factors in demands:
            factors = [algebra.substitute(factor, put) for factor in factors]
            if not all(factors):
                continue
            factors = [factor for factor in factors if _can_be_zero(factor, domains)]
            if not factors:
                break
            rest.append(factors)
        else:
            yield from _assign(later, rest, domains, case | {name: value})


def _can_be_zero(factor: Poly, domains: dict[str, list[int]]) -> bool:
    """Whether a factor may be zero for some values of selectors, as far as its range says."""
    low = high = intervals.centered(algebra.constant_of(factor))
    for monomial, coefficient in factor.items():
        if len(monomial) > 1 or (monomial and monomial[0] not in domains):
            return True
        if monomial:
            values = [intervals.centered(coefficient * value) for value in domains[monomial[0]]]
            low, high = low + min(values), high + max(values)
    return -(-low // P) <= high // P


def _roots(factors: list[Poly], name: str) -> list[int] | None:
    """Where a product of linear factors of one variable is zero."""
    roots = set()
    for factor in factors:
        if not algebra.is_linear(factor):
            return None
        roots.add(-factor.get((), 0) * algebra.inverse(factor[name,]) % P)
    return sorted(roots)
