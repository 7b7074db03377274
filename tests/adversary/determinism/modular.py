"""That numbers which identities modulo a prime give are unique, one after the other.

Of each row it is shown that every identity is a multiple of the prime between integers: but for a multiple of it, that is a
linear combination of the row's exact equations. An identity is linear in one number that is not known yet. If what that
is multiplied with is no multiple of the prime, two rows with the same operands have the same number, modulo the prime; and
the same integer, if it is below the prime in both. What is multiplied with is an integer in a range, of which the few
multiples of the prime are excluded one by one. That the modulus is a prime is all that nobody is asked."""

from __future__ import annotations

import re
from math import gcd

import z3

import algebra
import intervals
from algebra import Poly
from euclid import Terms, added, is_in_range, number, own, reduced, times
from formula import QUICK, Side
from query import Entry, Subject, expanded
from system import Row

# Monomials of numbers' names, with coefficients.
Identity = dict[tuple[str, ...], int]


def sums(subject: Subject, sides: list[Side], entries: tuple[Entry, Entry], timeout: int) -> list[tuple[Terms, Terms]]:
    """Sums of the rows that are equal, since identities give them."""
    found = []
    for place, lemma in enumerate(subject.query.modular):
        both = [_numbers(subject, entry, side.row, lemma) for entry, side in zip(entries, sides)]
        if any(own(side, numbers[name]) for side, numbers in zip(sides, both) for name in lemma["operands"]):
            continue
        rows = [(entry, side.row, numbers) for entry, side, numbers in zip(entries, sides, both)]
        if all(_is_proven(subject, place, *row, timeout) for row in rows):
            found += [(both[0][name], both[1][name]) for name in lemma["results"]]
    return found


def _is_proven(subject: Subject, place: int, entry: Entry, row: Row, numbers: dict[str, Terms], timeout: int) -> bool:
    key = ("modular", place, id(row))
    if key not in subject.proofs:
        lemma = subject.query.modular[place]
        subject.proofs[key] = _gives(subject, entry, row, lemma, numbers, timeout)
    return subject.proofs[key]


def _numbers(subject: Subject, entry: Entry, row: Row, lemma: dict) -> dict[str, Terms]:
    parts = [(8, lemma["bytes"]), (16, lemma["limbs"])]
    return {name: number(subject, entry, row, [c], bits) for bits, part in parts for name, c in part.items()}


def _gives(
    subject: Subject, entry: Entry, row: Row, lemma: dict, numbers: dict[str, Terms], timeout: int
) -> bool:
    """Whether identities give all results from operands."""
    modulus = lemma["modulus"]
    if not is_prime(modulus):
        return False
    known = set(lemma["operands"])
    for step in lemma["identity"]:
        identity, unknown = _parsed(step["zero"]), step["gives"]
        quotient = number(subject, entry, row, expanded(step["quotient"], subject.table), 8)
        rest = reduced(added(_sum(identity, numbers), quotient, -modulus), row)
        if any(rest) or rest.get((), 0) % modulus:
            return False
        factor = {tuple(n for n in m if n != unknown): c for m, c in identity.items() if unknown in m}
        others = {name for monomial in identity for name in monomial} - {unknown}
        if any(m.count(unknown) > 1 for m in identity) or not others <= known:
            return False
        if not _is_never_zero(_sum(factor, numbers), modulus, row, timeout):
            return False
        known.add(unknown)
    return all(name in known and is_in_range(numbers[name], 0, modulus - 1, row, timeout) for name in lemma["results"])


def _parsed(text: str) -> Identity:
    """A sum of products of numbers."""
    identity: Identity = {}
    for sign, factor, names in re.findall(r"([+-]?) ?(\d*) ?([a-z]\w*(?: \* [a-z]\w*)*)", text):
        monomial = tuple(sorted(names.split(" * ")))
        identity[monomial] = identity.get(monomial, 0) + int(sign + (factor or "1"))
    return identity


def _sum(identity: Identity, numbers: dict[str, Terms]) -> Terms:
    total: Terms = {}
    for monomial, c in identity.items():
        product: Terms = {(): c}
        for name in monomial:
            product = times(product, numbers[name])
        total = added(total, product)
    return total


def _is_never_zero(terms: Terms, modulus: int, row: Row, timeout: int) -> bool:
    """Whether no row has a multiple of the modulus here."""
    common = gcd(*terms.values())
    if gcd(common, modulus) > 1 or any(len(m) > 1 for m in terms):
        return False
    terms = {m: c // common for m, c in terms.items()}
    low, high = intervals.sum_bounds(terms, row.bounds)
    multiples = range(-(-low // modulus) * modulus, high + 1, modulus)
    return all(
        _differs(terms, value, row)
        or (value > 0 and is_in_range(terms, None, value - 1, row, timeout))
        or (value < 0 and is_in_range(terms, value + 1, None, row, timeout))
        for value in multiples
    )


def _differs(terms: Terms, value: int, row: Row) -> bool:
    """Whether a sum has another value since digits that come to this one are not these: digits of one number, or differences
    of those of two. That they are no others the solver says; that they are not these, an inverse in the row."""
    digits = _digits(terms, value)
    if digits is None:
        return False
    solver = z3.SolverFor("QF_LIA")
    solver.set("timeout", QUICK)
    unknown = {m: z3.Int(m[0]) for m in terms if m}
    for monomial, term in unknown.items():
        low, high = row.bounds[monomial[0]]
        solver.add(term >= low, term <= high)
    solver.add(z3.Sum([unknown[m] * c for m, c in terms.items() if m]) + terms.get((), 0) == value)
    values: dict[str, Poly] = {}
    for x, y, digit in digits:
        difference = unknown[x,] - (unknown[y,] if y else 0)
        if solver.check(difference != digit) != z3.unsat:
            return False
        solver.add(difference == digit)
        values[x] = algebra.add(algebra.variable(y) if y else {}, algebra.constant(digit))
    return any(
        not choice.zero and not any(algebra.substitute(poly, values) for poly in choice.nonzero)
        for choice in row.choices
    )


def _digits(terms: Terms, value: int) -> list[tuple[str, str, int]] | None:
    """Variables, from the lowest weight on, each with the one that is subtracted from it and with what is left."""
    above = {c: m[0] for m, c in terms.items() if m and c > 0}
    below = {-c: m[0] for m, c in terms.items() if m and c < 0}
    if below and (value or above.keys() != below.keys()):
        return None
    digits, left = [], value - terms.get((), 0)
    for weight in sorted(above, reverse=True):
        digits.append((above[weight], below.get(weight, ""), left // weight))
        left %= weight
    return None if left else digits[::-1]


def is_prime(n: int) -> bool:
    """Miller and Rabin's test, which no number that a coprocessor has for its modulus passes by chance."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in range(2, 66):
        power = pow(base, odd, n)
        if power != 1 and all(pow(power, 1 << i, n) != n - 1 for i in range(twos)):
            return False
    return True
