"""What is asked of a table: `queries.toml`, and the rows that a question is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

import algebra
from algebra import P, Poly
from cases import Case, enumerate_cases
from rows import Builder
from system import Impossible, Row
from tables import Constraint, Evaluation, Export, Interaction, Table, numbers

# The least and the greatest value, and of what it is a multiple if that is said.
Range = tuple[int, ...]


@dataclass(frozen=True)
class Bus:
    """The fields of a bus's messages, each with how many elements it has, and ranges that others see to."""

    fields: dict[str, int]
    ranges: dict[str, Range]

    def slice(self, name: str) -> slice:
        start = 0
        for other, size in self.fields.items():
            if other == name:
                return slice(start, start + size)
            start += size
        raise SystemExit(f"no field {name}")


@dataclass(frozen=True)
class Query:
    name: str
    table: str
    inputs: list[str]
    outputs: list[str]
    # The message that says what a row is about; several where a row may answer one of several.
    entry: list[str] = field(default_factory=list)
    # Tables of which the same is asked.
    also: list[str] = field(default_factory=list)
    # Elements that both rows have in common and that tell cases apart.
    key: list[str] = field(default_factory=list)
    selectors: list[str] = field(default_factory=list)
    fixed: Case = field(default_factory=dict)
    # Selectors in which both rows agree, as another query shows.
    same: list[str] = field(default_factory=list)
    # Whether only rows of different selectors are compared.
    different: bool = False
    ranges: dict[str, Range] = field(default_factory=dict)
    assume: dict[str, Range] = field(default_factory=dict)
    # Whether a second row is looked at, and where the first one stands.
    two_rows: bool = False
    place: str = ""
    encodings: bool = False
    only: Case = field(default_factory=dict)
    # Selectors of which one is not zero.
    some: list[str] = field(default_factory=list)
    # Patterns for labels of constraints: those that are enough for the proof.
    enough: list[str] = field(default_factory=lambda: ["*"])
    # Which columns are a division: see `euclid.py`.
    euclid: list[dict] = field(default_factory=list)
    # Which columns are numbers with identities modulo a prime: see `modular.py`.
    modular: list[dict] = field(default_factory=list)
    # Columns of bits that are replaced by their exclusive or with others, which are in turn those of each.
    xor: dict[str, str] = field(default_factory=dict)
    # Columns of which only sums matter, such as the parts of a carry.
    sums: list[str] = field(default_factory=list)
    # Patterns for labels of constraints that give one column each, as a function of inputs and of columns given before.
    gives: list[str] = field(default_factory=list)
    # Why outputs may differ, if they may.
    free: str = ""


@dataclass(frozen=True)
class Entry:
    """A case of a query: the message that the row answers, and the values of its selectors."""

    message: Interaction | None
    case: tuple[tuple[str, int], ...]

    def values(self) -> Case:
        return dict(self.case)


@dataclass(frozen=True)
class Questions:
    buses: dict[str, Bus]
    queries: list[Query]
    without: dict[str, str]
    checks: list[dict]


def read(path: Path) -> Questions:
    data = tomllib.loads(path.read_text())
    buses = {}
    for name, bus in data["bus"].items():
        fields = {}
        for entry in bus["fields"]:
            field_name, _, size = entry.partition("*")
            fields[field_name] = int(size or 1)
        buses[name] = Bus(fields, {k: tuple(v) for k, v in bus.get("ranges", {}).items()})
    queries = []
    for raw in data["query"]:
        query = Query(**raw)
        ranges = {k: tuple(v) for k, v in query.ranges.items()}
        assume = {k: tuple(v) for k, v in query.assume.items()}
        query = replace(query, ranges=ranges, assume=assume)
        for table in [query.table, *query.also]:
            name = f"{table}: {query.name.partition(': ')[2]}"
            queries.append(replace(query, name=name, table=table))
    return Questions(buses, queries, data.get("without", {}), data.get("check", []))


def expanded(names: list[str], table: Table) -> list[str]:
    """Names with `{from..to}` are several, with the numbers from the first to the last; without a last one, as many as there
    are messages of the bus."""
    found = []
    for name in names:
        match = re.fullmatch(r"(.*)\{(\d+)\.\.(\d*)\}(.*)", name)
        if match is None:
            found.append(name)
            continue
        before, first, last, behind = match.groups()
        bus, is_received = before[:-1].removeprefix("next:"), before.endswith("<")
        count = sum((i.bus, i.is_received) == (bus, is_received) for i in table.interactions)
        found += [f"{before}{number}{behind}" for number in range(int(first), int(last or count - 1) + 1)]
    return found


class Subject:
    """A query with its table: finds cases, and makes rows of them."""

    def __init__(self, export: Export, questions: Questions, query: Query, without: list[str]):
        self.buses = questions.buses
        self.export = export
        self.table = export.tables[query.table]
        inputs, outputs = (expanded(names, self.table) for names in (query.inputs, query.outputs))
        self.query = replace(query, inputs=inputs, outputs=outputs)
        for label in without:
            self.table = self.table.without(label)
        self.rows: dict[tuple, Row | None] = {}
        self.evaluations: dict[tuple[Case, str], Evaluation] = {}
        # What lemmas about products were shown of which row, or not.
        self.proofs: dict[tuple[str, int, int], bool] = {}

    # Names of what a row has.

    def _message(self, name: str) -> Interaction:
        match = re.fullmatch(r"(.+)([<>])(\d+)", name)
        if not match:
            raise SystemExit(f"{self.query.name}: no message is called {name}")
        for i in self.table.interactions:
            if (i.bus, i.is_received, i.place) == (match[1], match[2] == "<", int(match[3])):
                return i
        raise SystemExit(f"{self.query.name}: {self.table.name} has no message {name}")

    def evaluation(self, entry: Entry, prefix: str) -> Evaluation:
        key = (entry.case, prefix)
        if key not in self.evaluations:
            self.evaluations[key] = Evaluation(self.table, entry.values(), self.query.place, prefix)
        return self.evaluations[key]

    def elements(self, entry: Entry, name: str) -> tuple[bool, list[Poly], Range | None]:
        """Elements of a message, or columns: whether the row has them, and their range if somebody sees to it."""
        prefix, is_there = "", name.startswith("fields:")
        name = name.removeprefix("fields:")
        if name.startswith("="):
            return True, self._columns(entry, name[1:]), None
        if name.startswith("next:"):
            prefix, name = "next:", name.removeprefix("next:")
        message_name, field_name = name.rsplit(".", 1)
        message = entry.message if message_name == "in" else self._message(message_name)
        assert message is not None
        evaluation = self.evaluation(entry, prefix)
        count = evaluation.poly(message.multiplicity)
        if not algebra.is_constant(count) and not is_there and message_name != "in":
            raise SystemExit(f"{self.query.name}: selectors leave open whether there is a {name}")
        bus = self.buses[message.bus]
        if sum(bus.fields.values()) != len(message.fields):
            raise SystemExit(f"messages on {message.bus!r} have {len(message.fields)} elements")
        fields = message.fields[bus.slice(field_name)]
        return bool(count) or is_there, [evaluation.poly(node) for node in fields], bus.ranges.get(field_name)

    def _columns(self, entry: Entry, name: str) -> list[Poly]:
        prefix = "next:" if name.startswith("next:") else ""
        plain = name.removeprefix("next:")
        inside = [c for c in self.table.columns if c == plain or c.startswith((plain + ".", plain + "["))]
        if re.fullmatch(r"(public|fixed)\[\d+\]", plain):
            inside = [plain]
        if not inside:
            raise SystemExit(f"{self.query.name}: {self.table.name} has no column {plain}")
        values = entry.values()
        names = [prefix + column for column in inside]
        return [
            algebra.constant(values[n]) if n in values else algebra.variable(n) for n in names
        ]

    def _xors(self) -> dict[str, str]:
        """Columns, each with the one that it is combined with."""
        found = {}
        for name, other in self.query.xor.items():
            names, others = self._names(name), self._names(other)
            for prefix in ("", "next:"):
                found |= {prefix + n: prefix + others[i % len(others)] for i, n in enumerate(names)}
        return found

    # Cases.

    def cases(self) -> dict[tuple, list[Entry]]:
        """All cases by what they have in common."""
        query = self.query
        selectors = self.columns_of(query.selectors)
        fixed = [query.fixed | flags for flags in self._encodings()] if query.encodings else [query.fixed]
        found = []
        for values in fixed:
            cases = enumerate_cases(
                self.table, selectors, values, query.place, query.two_rows, query.enough
            )
            found.extend(case | values for case in cases)
        some = self.columns_of(expanded(query.some, self.table))
        groups: dict[tuple, list[Entry]] = {}
        messages = [self._message(name) for name in query.entry] or [None]
        for case in found:
            if any(case.get(name) != value for name, value in query.only.items()):
                continue
            if some and not any(case[name] for name in some):
                continue
            case_items = tuple(sorted(case.items()))
            for message in messages:
                entry = Entry(message, case_items)
                if message is not None:
                    count = self.evaluation(entry, "").poly(message.multiplicity)
                    if not algebra.is_constant(count):
                        raise SystemExit(f"{query.name}: selectors leave open whether there is a message")
                    if not count:
                        continue
                groups.setdefault(self._key(entry), []).append(entry)
        return groups

    def columns_of(self, names: list[str]) -> list[str]:
        return [column for name in names for column in self._names(name)]

    def _names(self, name: str) -> list[str]:
        names = (n for poly in self._columns(Entry(None, ()), name.removeprefix("=")) for n in algebra.variables(poly))
        return list(names)

    def _key(self, entry: Entry) -> tuple:
        key = []
        for name in self.query.key:
            for poly in self.elements(entry, name)[1]:
                if not algebra.is_constant(poly):
                    raise SystemExit(f"{self.query.name}: selectors leave {name} open")
                key.append(algebra.constant_of(poly))
        return tuple(key)

    def _encodings(self) -> list[Case]:
        """The flags that instructions have."""
        flags = self._names("flags")
        packed = self.export.encodings
        return [{name: value >> bit & 1 for bit, name in enumerate(flags)} for value in packed]

    # Rows.

    def row(self, entry: Entry, inputs: tuple[str, ...]) -> Row | None:
        """What a row of a case demands, if there is one; it has these inputs."""
        key = (entry, inputs)
        if key not in self.rows:
            try:
                self.rows[key] = self._build(entry, inputs)
            except Impossible:
                self.rows[key] = None
        return self.rows[key]

    def shared(self, entry: Entry, inputs: tuple[str, ...]) -> list[str]:
        polys = {name: self.elements(entry, name)[1] for name in inputs}
        names = [f"{name}[{i}]" for name, elements in polys.items() for i in range(len(elements))]
        return [*names, *self._given(entry, [poly for elements in polys.values() for poly in elements])]

    def _given(self, entry: Entry, inputs: list[Poly]) -> list[str]:
        """Columns that constraints give as functions of inputs, one after the other."""
        given: list[str] = []
        known = {next(iter(poly))[0] for poly in inputs if len(poly) == 1 and () not in poly and algebra.is_linear(poly)}
        known |= entry.values().keys()
        for constraint in self.table.constraints:
            if not _matches(constraint, self.query.gives):
                continue
            column, read = self.table.definition(constraint)
            if column in known or not read <= known:
                raise SystemExit(f"{self.query.name}: {constraint.label!r} does not give {column} from what is known")
            known.add(column)
            given.append(column)
        return given

    def _build(self, entry: Entry, inputs: tuple[str, ...]) -> Row:
        builder = Builder()
        builder.kept.update(self.shared(entry, inputs))
        builder.sums.update(self.columns_of(self.query.sums))
        builder.xors.update(self._xors())
        for name in inputs:
            _, polys, bounds = self.elements(entry, name)
            bounds = self.query.ranges.get(name, bounds)
            for i, poly in enumerate(polys):
                shared = f"{name}[{i}]"
                if bounds is not None:
                    builder.row.bounds[shared] = bounds
                builder.demand([algebra.add(poly, algebra.variable(shared), P - 1)])
        for name, bounds in self.query.assume.items():
            present, polys, _ = self.elements(entry, name)
            for poly in polys if present else []:
                low, high, step = (*bounds, 1)[:3]
                part = algebra.scaled(poly, algebra.inverse(step))
                builder.demand_range(part, low // step, high // step)
        self._demand(builder, self.evaluation(entry, ""))
        if self.query.two_rows:
            self._demand(builder, self.evaluation(entry, "next:"))
        row = builder.build()
        for name in self.query.outputs:
            present, polys, _ = self.elements(entry, name) if name != "case" else (False, [], None)
            for poly in polys if present else []:
                # What nothing is demanded of is an output all the same.
                for variable in algebra.variables(row.of(poly)):
                    row.bounds.setdefault(variable, (0, P - 1))
        return row

    def _demand(self, builder: Builder, evaluation: Evaluation) -> None:
        is_next = evaluation.prefix != ""
        for constraint in self.table.constraints:
            if is_next and self.table.looks_on(constraint.node):
                continue
            if not _matches(constraint, self.query.enough) or _matches(constraint, self.query.gives):
                continue
            builder.demand(evaluation.factors(constraint.node))
        for i in self.table.interactions:
            if i.is_received or i.bus not in LOOK_UPS:
                continue
            count = evaluation.poly(i.multiplicity)
            # What is looked up nobody knows how often tells nothing, and is left out.
            if count != algebra.constant(1):
                continue
            fields = [evaluation.poly(node) for node in i.fields]
            if i.bus == "range 16":
                builder.demand_range(fields[0], 0, 0xFFFF)
            elif i.bus == "byte pair":
                for poly in fields:
                    builder.demand_range(poly, 0, 0xFF)
            elif i.bus == "byte and":
                _demand_and(builder, *fields)


def _matches(constraint: Constraint, patterns: list[str]) -> bool:
    return any(fnmatch(constraint.label, pattern) for pattern in patterns)


def holds(subject: Subject, evaluation: Evaluation, value: Callable[[str], int]) -> bool:
    """Whether a row with these values of columns satisfies all that it must."""
    is_next = evaluation.prefix != ""
    found = numbers(evaluation, value)
    for constraint in subject.table.constraints:
        if found[constraint.node] and not (is_next and subject.table.looks_on(constraint.node)):
            return False
    for i in subject.table.interactions:
        if i.is_received or i.bus not in LOOK_UPS or evaluation.poly(i.multiplicity) != algebra.constant(1):
            continue
        if not LOOK_UPS[i.bus](*(found[node] for node in i.fields)):
            return False
    return True


# What the fixed tables hold.
LOOK_UPS: dict[str, Callable[..., bool]] = {
    "range 16": lambda x: x < 1 << 16,
    "byte pair": lambda x, y: max(x, y) < 1 << 8,
    "byte and": lambda x, y, both: max(x, y) < 1 << 8 and both == x & y,
}


def _demand_and(builder: Builder, x: Poly, y: Poly, result: Poly) -> None:
    """That `result` is the conjunction of two bytes: exactly so if one is 0 or 2^7, else as some function of both."""
    for poly in (x, y, result):
        builder.demand_range(poly, 0, 0xFF)
    if algebra.is_constant(y) and algebra.constant_of(y) == 0:
        builder.demand([result])
    elif algebra.is_constant(y) and algebra.constant_of(y) == 1 << 7:
        builder.demand([result, algebra.add(result, algebra.constant(-(1 << 7)))])
        builder.demand_range(algebra.add(x, result, P - 1), 0, 0x7F)
    else:
        builder.row.functions.append(([x, y], result))
