"""What a row demands, as integers: constraints and look-ups with the selectors of one case, brought to a form that a solver
decides. Every step keeps all solutions, so what has no solution afterwards had none before."""

from __future__ import annotations

import algebra
import intervals
from algebra import P, Poly
from system import Choice, Impossible, Row, resolve


class Builder:
    """Collects what a row demands, and makes a `Row` of it."""

    def __init__(self) -> None:
        self.products: list[list[Poly]] = []
        self.ranges: list[tuple[Poly, int, int]] = []
        self.row = Row()
        self.fresh = 0
        # Variables of both rows that are compared: they are kept.
        self.kept: set[str] = set()

    def demand(self, factors: list[Poly]) -> None:
        """That a product is zero."""
        rest = []
        for factor in factors:
            if not factor:
                return
            if not algebra.is_constant(factor):
                rest.append(factor)
        if not rest:
            raise Impossible
        self.products.append(rest)

    def demand_range(self, poly: Poly, low: int, high: int) -> None:
        if not algebra.is_constant(poly):
            self.ranges.append((poly, low, high))
        elif not any(low <= algebra.constant_of(poly) + k * P <= high for k in (-1, 0)):
            raise Impossible

    def name(self, kind: str) -> str:
        self.fresh += 1
        return f"{kind}#{self.fresh}"

    def build(self) -> Row:
        self._input_aliases()
        self._domains()
        self._simple_ranges()
        self._other_ranges()
        self._eliminate()
        self._inverses()
        row = self.row
        for name in self._all_variables():
            row.bounds.setdefault(name, (0, P - 1))
        row.open = [factors[0] for factors in self.products if len(factors) == 1]
        row.choices += [Choice(factors, []) for factors in self.products if len(factors) > 1]
        resolve(row, self.kept)
        return row

    # What variables stand in.

    def _all_variables(self) -> set[str]:
        names = set(self.kept)
        for poly in self._polys():
            names |= algebra.variables(poly)
        return names

    def _polys(self):
        for factors in self.products:
            yield from factors
        for poly, _, _ in self.ranges:
            yield poly
        for choice in self.row.choices:
            yield from choice.zero
            yield from choice.nonzero
        for arguments, result in self.row.functions:
            yield from arguments
            yield result

    def _replace(self, name: str, poly: Poly) -> None:
        """Puts a polynomial in the place of a variable everywhere. Nothing is exact yet."""
        row = self.row
        put = lambda x: algebra.substitute(x, {name: poly})  # noqa: E731
        products, self.products = self.products, []
        for factors in products:
            self.demand([put(factor) for factor in factors])
        ranges, self.ranges = self.ranges, []
        for of, low, high in ranges:
            self.demand_range(put(of), low, high)
        row.choices = [Choice([*map(put, c.zero)], [*map(put, c.nonzero)]) for c in row.choices]
        row.functions = [([*map(put, arguments)], put(result)) for arguments, result in row.functions]
        row.history.append((name, poly, algebra.constant(1)))

    # Steps, in order.

    def _input_aliases(self) -> None:
        """A column that is what both rows share is that."""
        for factors in list(self.products):
            if len(factors) != 1 or len(factors[0]) != 2 or () in factors[0]:
                continue
            names = [monomial[0] for monomial in factors[0] if len(monomial) == 1]
            if len(names) != 2 or (names[0] in self.kept) == (names[1] in self.kept):
                continue
            kept, other = sorted(names, key=lambda n: n not in self.kept)
            ratio = -factors[0][kept,] * algebra.inverse(factors[0][other,])
            if ratio % P == 1:
                self._replace(other, algebra.variable(kept))

    def _domains(self) -> None:
        """A product of one linear form plus constants says which values the form has."""
        products, self.products = self.products, []
        pending = []
        for factors in products:
            forms = [_normal(factor) for factor in factors]
            if len(factors) > 1 and all(form == forms[0][0] for form, _ in forms):
                pending.append((dict(forms[0][0]), sorted({-constant % P for _, constant in forms})))
            else:
                self.products.append(factors)
        for form, roots in pending:
            self._domain(self.row.of(form), roots)

    def _domain(self, form: Poly, roots: list[int]) -> None:
        """A form has one of these values."""
        if algebra.is_constant(form):
            if algebra.constant_of(form) not in roots:
                raise Impossible
            return
        constant, lead = algebra.constant_of(form), algebra.inverse(_leading(form))
        form = algebra.scaled({m: c for m, c in form.items() if m}, lead)
        scale, offset, values = _small([(root - constant) * lead % P for root in roots])
        # form = (value + offset) / scale.
        (first, *others) = form
        if not others and len(first) == 1 and scale == 1:
            if self._bound(first[0], values[0] + offset, values[-1] + offset):
                if len(values) != values[-1] - values[0] + 1:
                    self.row.values[first[0]] = [value + offset for value in values]
                return
        name = self.name("root")
        self._bound(name, values[0], values[-1])
        if len(values) != values[-1] - values[0] + 1:
            self.row.values[name] = values
        shifted = algebra.add(algebra.variable(name), algebra.constant(offset))
        value = algebra.scaled(shifted, algebra.inverse(scale))
        if not others and len(first) == 1 and first[0] not in self.kept | self.row.bounds.keys():
            self._replace(first[0], value)
        else:
            self.products.append([algebra.add(form, value, P - 1)])

    def _bound(self, name: str, low: int, high: int) -> bool:
        """Notes a range; `False` if it is not known to be one interval with that known before."""
        if name not in self.row.bounds:
            self.row.bounds[name] = (low, high)
            return True
        a, b = self.row.bounds[name]
        overlaps = []
        for shift in (-2 * P, -P, 0, P, 2 * P):
            from_, to = max(a, low + shift), min(b, high + shift)
            if from_ <= to:
                overlaps.append((from_, to))
        if not overlaps:
            raise Impossible
        if len(overlaps) > 1:
            return False
        self.row.bounds[name] = overlaps[0]
        return True

    def _simple_ranges(self) -> None:
        ranges, self.ranges = self.ranges, []
        for poly, low, high in ranges:
            poly = self.row.of(poly)
            linear = [m for m in poly if m]
            if len(linear) == 1 and len(linear[0]) == 1 and poly[linear[0]] in (1, P - 1):
                sign = 1 if poly[linear[0]] == 1 else -1
                offset = intervals.centered(algebra.constant_of(poly))
                ends = sorted((sign * (low - offset), sign * (high - offset)))
                if self._bound(linear[0][0], *ends):
                    continue
            self.demand_range(poly, low, high)

    def _other_ranges(self) -> None:
        """A form in a range is a new variable of that range."""
        while self.ranges:
            poly, low, high = self.ranges.pop()
            name = self.name("range")
            self.row.bounds[name] = (low, high)
            self.products.append([algebra.add(poly, algebra.variable(name), P - 1)])

    def _eliminate(self) -> None:
        """Variables of no range that an equation gives are replaced."""
        while True:
            found = self._definition()
            if found is None:
                return
            factors, name = found
            self.products.remove(factors)
            (poly,) = factors
            rest = {m: c for m, c in poly.items() if m != (name,)}
            self._replace(name, algebra.scaled(rest, -algebra.inverse(poly[name,])))

    def _definition(self) -> tuple[list[Poly], str] | None:
        known = self.row.bounds.keys() | self.kept
        multiplied = {n for poly in self._polys() for monomial in poly if len(monomial) > 1 for n in monomial}
        for factors in self.products:
            if len(factors) != 1 or not algebra.is_linear(factors[0]):
                continue
            for monomial in factors[0]:
                if monomial and monomial[0] not in known | multiplied:
                    return factors, monomial[0]
        return None

    def _inverses(self) -> None:
        """`x f + g = 0` with an `x` that is in nothing else says that `f` is not zero, or `g` is."""
        for factors in list(self.products):
            if len(factors) != 1:
                continue
            (poly,) = factors
            for name in algebra.variables(poly) - self.row.bounds.keys() - self.kept:
                uses = sum(name in algebra.variables(other) for other in self._polys())
                if uses != 1 or any(m.count(name) > 1 for m in poly):
                    continue
                f = {tuple(n for n in m if n != name): c for m, c in poly.items() if name in m}
                g = {m: c for m, c in poly.items() if name not in m}
                self.products.remove(factors)
                zero = [] if g and algebra.is_constant(g) else [g]
                self.row.choices.append(Choice(zero, [f]))
                self.row.history.append((name, algebra.scaled(g, P - 1), f))
                break


def _leading(poly: Poly) -> int:
    return poly[min(m for m in poly if m)]


def _normal(poly: Poly) -> tuple[tuple, int]:
    """A form without its constant, scaled to begin with 1, and the constant."""
    scaled = algebra.scaled(poly, algebra.inverse(_leading(poly)))
    constant = scaled.pop((), 0)
    return tuple(sorted(scaled.items())), constant


def _small(roots: list[int]) -> tuple[int, int, list[int]]:
    """A scale that makes field elements small integers, up to an offset: `root * scale = value + offset`."""
    if len(roots) == 1:
        return 1, intervals.centered(roots[0]), [0]
    best = None
    for x in roots:
        for y in roots:
            if x == y:
                continue
            for scale in (1, algebra.inverse(y - x)):
                values = sorted(intervals.centered((root - x) * scale) for root in roots)
                span = values[-1] - values[0]
                if best is None or span < best[0]:
                    offset = intervals.centered(x * scale)
                    best = (span, scale, offset + values[0], [v - values[0] for v in values])
    assert best is not None
    return best[1], best[2], best[3]
