"""Polynomials over the prime field, sparse: from monomials, which are sorted tuples of variables, to coefficients."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Monomial = tuple[str, ...]
Poly = dict[Monomial, int]

# The characteristic of the field; an export that says another one is refused.
P = 2**31 - 2**24 + 1


def constant(value: int) -> Poly:
    value %= P
    return {(): value} if value else {}


def variable(name: str) -> Poly:
    return {(name,): 1}


def add(x: Poly, y: Poly, scale: int = 1) -> Poly:
    """`x + scale * y`."""
    if len(y) > len(x) and scale == 1:
        x, y = y, x
    total = dict(x)
    for monomial, coefficient in y.items():
        value = (total.get(monomial, 0) + scale * coefficient) % P
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return total


def scaled(x: Poly, factor: int) -> Poly:
    factor %= P
    return {m: c * factor % P for m, c in x.items()} if factor else {}


def multiply(x: Poly, y: Poly) -> Poly:
    if len(x) == 1 and () in x:
        return scaled(y, x[()])
    if len(y) == 1 and () in y:
        return scaled(x, y[()])
    product: Poly = {}
    for m, c in x.items():
        for n, d in y.items():
            key = tuple(sorted(m + n))
            product[key] = (product.get(key, 0) + c * d) % P
    return {m: c for m, c in product.items() if c}


def substitute(x: Poly, values: dict[str, Poly]) -> Poly:
    """Puts polynomials in the place of variables."""
    if not any(name in values for monomial in x for name in monomial):
        return x
    total: Poly = {}
    for monomial, coefficient in x.items():
        kept = tuple(name for name in monomial if name not in values)
        term: Poly = {kept: coefficient}
        for name in monomial:
            if name in values:
                term = multiply(term, values[name])
        total = add(total, term)
    return total


def without_squares(x: Poly, bits: set[str]) -> Poly:
    """The same polynomial where these are bits, whose squares are what they are themselves."""
    total: Poly = {}
    for monomial, c in x.items():
        once = {name for name in monomial if name in bits}
        total = add(total, {tuple(sorted([*once, *(name for name in monomial if name not in bits)])): c})
    return total


def variables(x: Poly) -> set[str]:
    return {name for monomial in x for name in monomial}


def is_constant(x: Poly) -> bool:
    return not x or (len(x) == 1 and () in x)


def constant_of(x: Poly) -> int:
    return x.get((), 0)


def is_linear(x: Poly) -> bool:
    return all(len(monomial) <= 1 for monomial in x)


def evaluate(x: Poly, value: Callable[[str], int]) -> int:
    total = 0
    for monomial, coefficient in x.items():
        for name in monomial:
            coefficient = coefficient * value(name) % P
        total += coefficient
    return total % P


def renamed(x: Poly, name: Callable[[str], str]) -> Poly:
    return {tuple(sorted(map(name, monomial))): c for monomial, c in x.items()}


def total(polys: Iterable[Poly]) -> Poly:
    result: Poly = {}
    for poly in polys:
        result = add(result, poly)
    return result


def inverse(value: int) -> int:
    return pow(value, P - 2, P)
