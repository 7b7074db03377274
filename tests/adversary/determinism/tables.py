"""Tables as `zisk-adversary export` writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import algebra
from algebra import P, Poly


@dataclass(frozen=True)
class Constraint:
    label: str
    node: int


@dataclass(frozen=True)
class Interaction:
    bus: str
    # Its place among those that the table sends (or receives) on the bus.
    place: int
    is_received: bool
    fields: tuple[int, ...]
    multiplicity: int


@dataclass
class Table:
    name: str
    columns: list[str]
    nodes: list
    constraints: list[Constraint]
    interactions: list[Interaction]

    def without(self, label: str) -> "Table":
        """The same table less all constraints with a label, or less a message: `bus > place`."""
        message = re.fullmatch(r"(.+) > (\d+)", label)
        if message:
            gone = [i for i in self.interactions if not i.is_received and i.bus == message[1]]
            gone = [i for i in gone if i.place == int(message[2])]
            kept = [i for i in self.interactions if i not in gone]
            if not gone:
                raise SystemExit(f"{self.name} sends no message {label!r}")
            return Table(self.name, self.columns, self.nodes, self.constraints, kept)
        kept = [c for c in self.constraints if c.label != label]
        if len(kept) == len(self.constraints):
            raise SystemExit(f"{self.name} has no constraint {label!r}")
        return Table(self.name, self.columns, self.nodes, kept, self.interactions)

    def leaves(self, root: int) -> Iterator[tuple[str, object]]:
        """What an expression reads, as a kind and what it is of."""
        stack, seen = [root], set()
        while stack:
            index = stack.pop()
            if index in seen:
                continue
            seen.add(index)
            node = self.nodes[index]
            (kind, payload), = node.items() if isinstance(node, dict) else [(node, None)]
            if kind in NUMBERS:
                stack.extend(payload if isinstance(payload, list) else [payload])
            else:
                yield kind, payload

    def looks_on(self, root: int) -> bool:
        """Whether an expression reads the next row, or where a row stands."""
        return any(
            payload["next"] if kind in ("main", "fixed") else kind not in ("public", "constant")
            for kind, payload in self.leaves(root)
        )

    def definition(self, constraint: Constraint) -> tuple[str, set[str]]:
        """The column that a constraint `column = expression` gives, and those that the expression reads."""
        node = self.nodes[constraint.node]
        while isinstance(node, dict) and "sub" in node and self.nodes[node["sub"][1]] == {"constant": 0}:
            node = self.nodes[node["sub"][0]]
        column, expression = node["sub"]
        read = set()
        for kind, payload in self.leaves(expression):
            if kind == "main" and not payload["next"]:
                read.add(self.columns[payload["column"]])
            elif kind != "constant":
                raise SystemExit(f"{self.name}: {constraint.label!r} reads more than a row's columns")
        main = self.nodes[column]["main"]
        if main["next"]:
            raise SystemExit(f"{self.name}: {constraint.label!r} gives none of a row's columns")
        return self.columns[main["column"]], read


@dataclass
class Export:
    tables: dict[str, Table]
    # Flags of instructions, each with the mnemonics that have them.
    encodings: dict[int, list[str]] = field(default_factory=dict)


def load(path: Path) -> Export:
    data = json.loads(path.read_text())
    if data["modulus"] != P:
        raise SystemExit(f"the field has characteristic {data['modulus']}, not {P}")
    tables = {}
    for raw in data["tables"]:
        nodes = raw["nodes"]
        interactions = []
        places: dict[tuple[str, bool], int] = {}
        for i in raw["interactions"]:
            received = _is_negative(nodes, i["multiplicity"])
            place = places.get((i["bus"], received), 0)
            places[i["bus"], received] = place + 1
            message = Interaction(i["bus"], place, received, tuple(i["fields"]), i["multiplicity"])
            interactions.append(message)
        constraints = [Constraint(c["label"], c["node"]) for c in raw["constraints"]]
        tables[raw["name"]] = Table(raw["name"], raw["columns"], nodes, constraints, interactions)
    encodings: dict[int, list[str]] = {}
    for encoding in data["instructions"]:
        mnemonics = encodings.setdefault(encoding["flags"], [])
        if encoding["mnemonic"] not in mnemonics:
            mnemonics.append(encoding["mnemonic"])
    return Export(tables, encodings)


def _is_negative(nodes: list, node: int) -> bool:
    """Messages are received with a multiplicity that is written as something negated."""
    return isinstance(nodes[node], dict) and "neg" in nodes[node]


class Evaluation:
    """The nodes of a table as polynomials, with values for some variables and for the place of the row."""

    def __init__(self, table: Table, values: dict[str, int], place: str, prefix: str = ""):
        self.table = table
        self.values = values
        self.place = place
        self.prefix = prefix
        self.polys: dict[int, Poly] = {}

    def leaf(self, node: object) -> Poly | None:
        if node in ("is_first_row", "is_last_row", "is_transition"):
            return algebra.constant(int(node == self.place))
        (kind, payload), = node.items()
        if kind == "constant":
            return algebra.constant(payload)
        if kind == "public":
            name = f"public[{payload}]"
        elif kind == "main":
            name = self.table.columns[payload["column"]]
            name = ("next:" if payload["next"] else self.prefix) + name
        elif kind == "fixed":
            name = f"{'next:' if payload['next'] else self.prefix}fixed[{payload['column']}]"
        else:
            return None
        if name in self.values:
            return algebra.constant(self.values[name])
        return algebra.variable(name)

    def poly(self, root: int) -> Poly:
        """A node as a polynomial. Nodes stand behind those they are made of, which bounds the depth."""
        if root in self.polys:
            return self.polys[root]
        stack = [root]
        while stack:
            index = stack[-1]
            if index in self.polys:
                stack.pop()
                continue
            node = self.table.nodes[index]
            leaf = self.leaf(node)
            if leaf is not None:
                self.polys[index] = leaf
                stack.pop()
                continue
            (kind, payload), = node.items()
            operands = payload if isinstance(payload, list) else [payload]
            missing = [o for o in operands if o not in self.polys]
            if missing:
                stack.extend(missing)
                continue
            self.polys[index] = _combine(kind, [self.polys[o] for o in operands])
            stack.pop()
        return self.polys[root]

    def factors(self, index: int) -> list[Poly]:
        """Polynomials whose product is zero exactly where the node is; one that is zero stands for nothing to demand."""
        node = self.table.nodes[index]
        if isinstance(node, dict):
            (kind, payload), = node.items()
            if kind == "neg":
                return self.factors(payload)
            if kind == "mul":
                return [f for operand in payload for f in self.factors(operand)]
            if kind == "sub":
                # `x - 0`, as assertions of equality write.
                if not self.poly(payload[1]):
                    return self.factors(payload[0])
        return [self.poly(index)]


def _combine(kind: str, operands: list[Poly]) -> Poly:
    if kind == "add":
        return algebra.add(*operands)
    if kind == "sub":
        return algebra.add(operands[0], operands[1], P - 1)
    if kind == "mul":
        return algebra.multiply(*operands)
    if kind == "neg":
        return algebra.scaled(operands[0], P - 1)
    raise SystemExit(f"the export has a node of a kind that is not known: {kind}")


def numbers(evaluation: Evaluation, value: Callable[[str], int]) -> list[int]:
    """What all nodes come to with these values of variables."""
    found: list[int] = []
    for node in evaluation.table.nodes:
        leaf = evaluation.leaf(node)
        if leaf is not None:
            found.append(algebra.evaluate(leaf, value))
            continue
        (kind, payload), = node.items()
        operands = [found[o] for o in (payload if isinstance(payload, list) else [payload])]
        found.append(NUMBERS[kind](*operands) % P)
    return found


NUMBERS: dict[str, Callable[..., int]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "neg": lambda x: -x,
}
