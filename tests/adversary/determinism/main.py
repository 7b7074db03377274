"""Asks all questions, and compares the answers with those that were reviewed."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

import decide
import query as questions_of
import tables
from decide import Outcome
from query import Query, Questions, Subject

HERE = Path(__file__).parent
VERDICTS = HERE / "verdicts.toml"
# From bad to good: an answer must not be before the reviewed one.
ORDER = ["nondeterministic", "vacuous", "free", "undecided", "deterministic"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("export", type=Path, help="what `zisk-adversary export` wrote")
    parser.add_argument("--only", default="*", help="a pattern for the names of queries")
    parser.add_argument("--without", action="append", default=[], help="a constraint's label, or `bus > place`")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for a question to the solver")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--update", action="store_true", help="write the answers as the reviewed ones")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    export = tables.load(options.export)
    questions = questions_of.read(HERE / "queries.toml")
    failures = _unasked(export, questions)
    wanted = [query for query in questions.queries if fnmatch(query.name, options.only)]
    work = [(options, query.name, tuple(options.without), False) for query in wanted]
    is_whole = options.only == "*" and not options.without
    if is_whole:
        for check in questions.checks:
            work.append((options, check["query"], tuple(check["without"]), check.get("locally", False)))
    reviewed = tomllib.loads(VERDICTS.read_text()) if VERDICTS.exists() else {}
    found = {}
    # A process for each question, and one order of sets: what a solver finds depends on what it was asked before.
    os.environ["PYTHONHASHSEED"] = "0"
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, context, max_tasks_per_child=1) as pool:
        for (_, name, without, locally), (outcome, seconds) in zip(work, pool.map(_work, work)):
            query = next(q for q in questions.queries if q.name == name)
            verdict = _verdict(query, outcome)
            _report(name, without, outcome, verdict, seconds)
            if without and is_whole:
                if outcome.verdict != ("undecided" if locally else "nondeterministic"):
                    less = ", ".join(without)
                    failures.append(f"{name} without {less}: {'is still shown' if locally else 'no counterexample'}")
            elif not without:
                found[name] = {"verdict": verdict, "cases": outcome.num_cases}
                failures += _compared(name, found[name], reviewed.get(name), options.update)
    if is_whole:
        failures += [f"{name}: reviewed, but not asked" for name in reviewed.keys() - found.keys()]
        if options.update:
            VERDICTS.write_text(_written(found))
    totals = {v: sum(f["verdict"] == v for f in found.values()) for v in ORDER}
    print(", ".join(f"{count} {verdict}" for verdict, count in totals.items() if count))
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _work(task: tuple[argparse.Namespace, str, tuple[str, ...], bool]) -> tuple[Outcome, float]:
    options, name, without, locally = task
    questions = questions_of.read(HERE / "queries.toml")
    query = next(q for q in questions.queries if q.name == name)
    subject = Subject(tables.load(options.export), questions, query, list(without))
    begin = time.monotonic()
    if locally:
        outcome = decide.decide_locally(subject, options.timeout)
    else:
        outcome = decide.decide(subject, options.timeout, first_only=bool(without) or bool(query.free))
    return outcome, time.monotonic() - begin


def _unasked(export: tables.Export, questions: Questions) -> list[str]:
    """Tables that there is no question about, and no reason for that."""
    asked = {query.table for query in questions.queries}
    missing = export.tables.keys() - asked - questions.without.keys()
    return [f"{table}: no query, and no reason why there is none" for table in sorted(missing)]


def _verdict(query: Query, outcome: Outcome) -> str:
    if query.free and outcome.verdict == "nondeterministic":
        return "free"
    return outcome.verdict


def _compared(name: str, found: dict, reviewed: dict | None, updates: bool) -> list[str]:
    verdict = found["verdict"]
    if verdict in ("nondeterministic", "vacuous"):
        return [f"{name}: {verdict}"]
    if updates:
        return []
    if reviewed is None:
        return [f"{name}: {verdict}, and nobody reviewed that"]
    if verdict == "deterministic" and reviewed["verdict"] == "free":
        return [f"{name}: deterministic, but there is a reason why it is not"]
    if ORDER.index(verdict) < ORDER.index(reviewed["verdict"]):
        return [f"{name}: {verdict}, was {reviewed['verdict']}"]
    if found["cases"] != reviewed["cases"]:
        return [f"{name}: {found['cases']} cases, were {reviewed['cases']}"]
    return []


def _report(name: str, without: tuple[str, ...], outcome: Outcome, verdict: str, seconds: float) -> None:
    less = f" without {', '.join(without)}" if without else ""
    pairs = sum(outcome.answers.values())
    print(f"{name}{less}: {verdict} ({outcome.num_cases} cases, {pairs} pairs, {seconds:.1f} s)", flush=True)
    if outcome.counterexample and verdict != "free":
        print(f"    {outcome.counterexample}")
    for pair in outcome.open_pairs[:3]:
        print(f"    open: {pair}")
    if outcome.empty:
        print(f"    no row has the key {outcome.empty[:3]}")


def _written(found: dict[str, dict]) -> str:
    lines = ["# Written by `main.py --update`, and reviewed: an answer that gets worse, or other cases, fail the run.", ""]
    for name, entry in found.items():
        lines.append(f'"{name}" = {{ verdict = "{entry["verdict"]}", cases = {entry["cases"]} }}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
