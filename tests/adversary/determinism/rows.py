"""What a row demands, as integers: constraints and look-ups with the selectors of one case, brought to a form that a solver
decides. Every step keeps all solutions, so what has no solution afterwards had none before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import algebra
import intervals
from algebra import P, Poly
from replaced import Digits, Inverses, Replaced
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
        # Variables that nothing asks for one by one.
        self.sums: set[str] = set()
        # Bits that are replaced by their exclusive or with another one.
        self.xors: dict[str, str] = {}

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
        self._xor()
        self._simple_ranges()
        self._other_ranges()
        self._eliminate()
        self._inverses()
        self._merge()
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
        """Puts a polynomial in the place of a variable everywhere."""
        self._put(lambda x: algebra.substitute(x, {name: poly}))
        self.row.history.append(Replaced(name, poly))

    def _put(self, put: Callable[[Poly], Poly]) -> None:
        """Nothing is exact yet."""
        row = self.row
        products, self.products = self.products, []
        for factors in products:
            self.demand([put(factor) for factor in factors])
        ranges, self.ranges = self.ranges, []
        for of, low, high in ranges:
            self.demand_range(put(of), low, high)
        row.choices = [Choice([*map(put, c.zero)], [*map(put, c.nonzero)]) for c in row.choices]
        row.functions = [([*map(put, arguments)], put(result)) for arguments, result in row.functions]

    # Steps, in order.

    def _input_aliases(self) -> None:
        """Columns that are what both rows share are that."""
        values: dict[str, Poly] = {}
        for factors in list(self.products):
            if len(factors) != 1 or len(factors[0]) != 2 or () in factors[0]:
                continue
            names = [monomial[0] for monomial in factors[0] if len(monomial) == 1]
            if len(names) != 2 or (names[0] in self.kept) == (names[1] in self.kept):
                continue
            kept, other = sorted(names, key=lambda n: n not in self.kept)
            ratio = -factors[0][kept,] * algebra.inverse(factors[0][other,])
            if ratio % P == 1 and other not in values:
                values[other] = algebra.variable(kept)
        self._put(lambda x: algebra.substitute(x, values))
        self.row.history += [Replaced(name, poly) for name, poly in values.items()]

    def _xor(self) -> None:
        """Bits `x` are replaced by `z`, which with another bit `y` come to them: `x = y + z - 2 y z`."""
        is_bit = lambda n: self.row.bounds.get(n) == (0, 1) and n not in self.kept  # noqa: E731
        values: dict[str, Poly] = {}
        for x, y in self.xors.items():
            if is_bit(x) and is_bit(y) and y not in self.xors:
                z = f"{x} ^ {y}"
                self.row.bounds[z] = self.row.bounds.pop(x)
                values[x] = {(y,): 1, (z,): 1, tuple(sorted((y, z))): P - 2}
                self.row.bits |= {y, z}
        if values:
            self._put(lambda poly: algebra.without_squares(algebra.substitute(poly, values), self.row.bits))
            self.row.history += [Replaced(name, poly) for name, poly in values.items()]

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
        """`x f + y g + ... + h = 0` with `x`, `y` that are in nothing else says that one of `f`, `g` is not zero, or `h` is; or it
        gives `x` if `f` is a constant."""
        uses = Counter(name for poly in self._polys() for name in algebra.variables(poly))
        for factors in list(self.products):
            if len(factors) != 1:
                continue
            (poly,) = factors
            chosen: set[str] = set()
            for name in sorted(algebra.variables(poly) - self.row.bounds.keys() - self.kept):
                alone = all(m.count(name) == 1 and chosen.isdisjoint(m) for m in poly if name in m)
                if uses[name] == 1 and alone:
                    chosen.add(name)
            if not chosen:
                continue
            names = tuple(sorted(chosen))
            parts = tuple({tuple(n for n in m if n != x): c for m, c in poly.items() if x in m} for x in names)
            rest = {m: c for m, c in poly.items() if chosen.isdisjoint(m)}
            self.products.remove(factors)
            given = next((name for name, part in zip(names, parts) if algebra.is_constant(part)), None)
            if given is not None:
                others = {m: c for m, c in poly.items() if m != (given,)}
                self.row.history.append(Replaced(given, algebra.scaled(others, -algebra.inverse(poly[given,]))))
                continue
            zero = [] if rest and algebra.is_constant(rest) else [rest]
            self.row.choices.append(Choice(zero, list(parts)))
            self.row.history.append(Inverses(names, parts, rest))

    def _merge(self) -> None:
        """Variables that are only looked at as one sum, such as the parts of a carry, are one variable."""
        uses: dict[str, list[tuple[int, int]]] = {name: [] for name in self.sums & self.row.bounds.keys()}
        for index, poly in enumerate(self._polys()):
            for monomial, c in poly.items():
                for name in monomial:
                    if name not in uses:
                        continue
                    if len(monomial) == 1:
                        uses[name].append((index, c))
                    else:
                        del uses[name]
        groups: dict[tuple, list[str]] = {}
        for name, places in uses.items():
            if places and name not in self.row.values:
                first = algebra.inverse(places[0][1])
                groups.setdefault(tuple((i, c * first % P) for i, c in places), []).append(name)
        for names in groups.values():
            self._merge_into_one(names, {name: uses[name][0][1] for name in names})

    def _merge_into_one(self, names: list[str], coefficients: dict[str, int]) -> None:
        for lowest in names:
            unit = algebra.inverse(coefficients[lowest])
            ratios = {name: intervals.centered(coefficients[name] * unit) for name in names}
            if len(names) > 1 and min(ratios.values()) > 0:
                ordered = tuple(sorted(names, key=lambda name: ratios[name]))
                weights = tuple(ratios[name] for name in ordered)
                bounds = tuple(self.row.bounds[name] for name in ordered)
                digits = Digits(self.name("sum"), ordered, weights, bounds)
                if digits.has_no_gaps:
                    values = {name: {} for name in names} | {lowest: algebra.variable(digits.total)}
                    self._put(lambda poly: algebra.substitute(poly, values))
                    for name in names:
                        del self.row.bounds[name]
                    self.row.bounds[digits.total] = digits.range
                    self.row.history.append(digits)
                    return


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
