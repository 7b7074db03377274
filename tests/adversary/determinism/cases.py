"""All values that a table's selectors can have together."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

import algebra
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
    return list(_assign(selectors, demands, {}))


def _speaks_of(table: Table, root: int, known: set[str], prefix: str) -> bool:
    """Whether an expression is one of these variables alone."""
    stack, seen = [root], set()
    while stack:
        index = stack.pop()
        if index in seen:
            continue
        seen.add(index)
        node = table.nodes[index]
        if isinstance(node, str):
            if prefix:
                return False
            continue
        (kind, payload), = node.items()
        if kind == "main":
            if prefix and payload["next"]:
                return False
            name = ("next:" if payload["next"] else prefix) + table.columns[payload["column"]]
            if name not in known:
                return False
        elif kind in ("public", "fixed"):
            return False
        elif kind != "constant":
            stack.extend(payload if isinstance(payload, list) else [payload])
    return True


def _assign(selectors: list[str], demands: list[list[Poly]], case: Case) -> Iterator[Case]:
    if not selectors:
        yield case
        return
    name, *later = selectors
    domain = None
    for factors in demands:
        if set().union(*map(algebra.variables, factors)) == {name}:
            roots = _roots(factors, name)
            if roots is not None:
                domain = roots if domain is None else [value for value in domain if value in roots]
    if domain is None:
        raise Unbounded(name)
    for value in domain:
        put = {name: algebra.constant(value)}
        rest = []
        for factors in demands:
            factors = [algebra.substitute(factor, put) for factor in factors]
            factors = [factor for factor in factors if not factor or not algebra.is_constant(factor)]
            if not factors:
                break
            if all(factors):
                rest.append(factors)
        else:
            yield from _assign(later, rest, case | {name: value})


def _roots(factors: list[Poly], name: str) -> list[int] | None:
    """Where a product of linear factors of one variable is zero."""
    roots = set()
    for factor in factors:
        if not algebra.is_linear(factor):
            return None
        roots.add(-factor.get((), 0) * algebra.inverse(factor[name,]) % P)
    return sorted(roots)
