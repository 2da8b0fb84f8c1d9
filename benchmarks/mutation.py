"""How many small slips in a module its tests notice: comparisons, arithmetic, numbers, conditions, results, words left out.

    uv run python benchmarks/mutation.py training/run prices/rental physics/serving_time company/ownership

Of each module of core/compute_cost so many mutants are drawn (the same ones for the same seed), each with one slip within a
function or a constant of the module. Each runs in a copy of core, against the test file of the module's name and the tests of
what holds for every estimate; what passes those runs against the frozen answers too, which notice that a figure moved without
saying what is right. What passes both has survived and is shown. A mutant that does nothing different, or that only a
reader of the code would notice, counts as survived.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("core", "compute_cost")
PROPERTIES = ("tests/test_properties.py", "tests/test_slips.py", "tests/test_every_range.py", "tests/test_every_estimate.py")
FROZEN = ("tests/test_frozen.py", "tests/test_worked_examples.py")
SECONDS = 180.0  # a mutant that takes longer has been noticed: it hangs
MODULES = ("training/run", "prices/rental", "physics/serving_time", "company/ownership")

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip


class Mutant(NamedTuple):
    """A module with one slip, and where that is."""

    kind: str
    line: int
    before: str
    after: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Every slip that can be made in the functions and constants of a module."""
    tree = ast.parse(source)
    return [mutant for parent, field, place in _places(tree) for mutant in _slips(tree, parent, field, place)]


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every node of what runs, as a place in its parent: no annotations, docstrings or declarations of arguments."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "bases", "keywords") and isinstance(
                node, (ast.arg, ast.FunctionDef, ast.AnnAssign, ast.ClassDef)
            ):
                continue
            for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST) and not _declares(node, child):
                    yield node, field, place
                    waiting.append(child)


def _declares(parent: ast.AST, node: ast.AST) -> bool:
    """Whether it says something about the code instead of running: a docstring, an import, a kind of argument."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    kind = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    named = kind.func if isinstance(kind, ast.Call) else kind.value if isinstance(kind, ast.Subscript) else None
    return isinstance(parent, ast.Module) and isinstance(named, ast.Name) and named.id in ("Annotated", "Quantity", "Choice", "Text")


def _slips(tree: ast.Module, parent: ast.AST, field: str, place: int | None) -> Iterator[Mutant]:
    """The slips that can be made at one place."""
    node = getattr(parent, field) if place is None else getattr(parent, field)[place]
    for kind, changed in _changes(node):
        held = getattr(parent, field)
        if place is None:
            setattr(parent, field, changed)
        else:
            held[place] = changed
        mutated = ast.unparse(ast.fix_missing_locations(tree))
        if place is None:
            setattr(parent, field, held)
        else:
            held[place] = node
        yield Mutant(kind, getattr(node, "lineno", 0), ast.unparse(node), ast.unparse(changed), mutated + "\n")


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    changed = copy.deepcopy(node)
    match changed:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            changed.ops = [COMPARISONS[type(operator)]()]
            yield "comparison", changed
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC:
            changed.op = ARITHMETIC[type(operator)]()
            yield "arithmetic", changed
        case ast.AugAssign(op=operator) if type(operator) in ARITHMETIC:
            changed.op = ARITHMETIC[type(operator)]()
            yield "arithmetic", changed
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "constant", ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield "constant", ast.Constant(value * 2 or 1.0)
        case ast.BoolOp():
            changed.op = ast.Or() if isinstance(changed.op, ast.And) else ast.And()
            yield "condition", changed
        case ast.If() | ast.IfExp() | ast.While():
            changed.test = ast.UnaryOp(ast.Not(), changed.test)
            yield "condition", changed
        case ast.Return(value=ast.expr()):
            yield "result", ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield "call left out", ast.Pass()


def passes(core: Path, tests: tuple[str, ...]) -> bool:
    """Whether these tests pass with the package in that folder in place of the checkout's."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", *tests]
    settings = {"PYTHONPATH": str(core), "HYPOTHESIS_STORAGE_DIRECTORY": str(core / "hypothesis"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def mirrored(module: str) -> str:
    room, _, name = module.rpartition("/")
    return str(Path("tests", "core", room, f"test_{name}.py"))


def judge(module: str, mutant: Mutant, core: Path) -> str:
    """Which tests notice the mutant: those of behavior, only the frozen answers, or none."""
    file = core / "compute_cost" / f"{module}.py"
    kept = file.read_text(encoding="utf-8")
    file.write_text(mutant.source, encoding="utf-8")
    try:
        if not (passes(core, (mirrored(module),)) and passes(core, PROPERTIES)):
            return "noticed"
        return "survived" if passes(core, FROZEN) else "frozen only"
    finally:
        file.write_text(kept, encoding="utf-8")


def sample(module: str, count: int, seed: int, each: Callable[[Mutant], str], at_once: int) -> Counter[str]:
    """The verdicts on so many mutants of a module; what is not noticed by behavior is printed."""
    every = mutants((ROOT / PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    drawn = random.Random(f"{seed} {module}").sample(every, min(count, len(every)))  # noqa: S311 # nosec B311
    verdicts: Counter[str] = Counter()
    with ThreadPoolExecutor(at_once) as pool:
        for mutant, verdict in zip(drawn, pool.map(each, drawn), strict=True):
            verdicts[verdict] += 1
            if verdict != "noticed":
                print(
                    f"  {verdict}: {module}.py:{mutant.line} {mutant.kind}: {_short(mutant.before)}  ->  {_short(mutant.after)}", flush=True
                )
    return verdicts


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 100 else line[:97] + "..."


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("modules", nargs="*", default=MODULES, help="such as training/run")
    read.add_argument("--count", type=int, default=30, help="mutants of each module")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--at-once", type=int, default=1, help="mutants that run side by side")
    given = read.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="mutation_") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(given.at_once):
            copies.put(Path(folder, str(number), "core"))
            shutil.copytree(ROOT / "core", Path(folder, str(number), "core"), ignore=shutil.ignore_patterns("__pycache__"))
            (Path(folder, str(number)) / "benchmarks").symlink_to(ROOT / "benchmarks")  # the measured rows next to core
        for module in given.modules:

            def each(mutant: Mutant, module: str = module) -> str:
                core = copies.get()
                try:
                    return judge(module, mutant, core)
                finally:
                    copies.put(core)

            # The control: what is not changed passes, so that a kill is the mutant's.
            core = copies.get()
            assert passes(core, (mirrored(module), *PROPERTIES, *FROZEN)), f"the tests of {module} fail without any slip"
            copies.put(core)
            verdicts = sample(module, given.count, given.seed, each, given.at_once)
            total += verdicts
            print(f"{module}: {_line(verdicts)}", flush=True)
    print(f"all: {_line(total)}")


def _line(verdicts: Counter[str]) -> str:
    count = verdicts.total()
    share = verdicts["survived"] / count if count else 0.0
    return f"{count} mutants, {verdicts['noticed']} noticed, {verdicts['frozen only']} by frozen answers only, {share:.0%} survived"


if __name__ == "__main__":
    main()
