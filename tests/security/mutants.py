"""Mutants of who may see what: each clause of each `visible_to` removed or turned round, in this process alone."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Mutant:
    """One change of one method of one class."""

    name: str
    owner: type
    method: str
    changed: Callable[..., Any]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The site with the change."""
        before = self.owner.__dict__[self.method]
        setattr(self.owner, self.method, self.changed)
        try:
            yield
        finally:
            setattr(self.owner, self.method, before)


def noticed(check: Callable[[], list[str]]) -> bool:
    """Whether a check finds something wrong, or breaks."""
    try:
        return bool(check())
    except Exception:  # noqa: BLE001 - whatever breaks is noticed
        return True


def clauses() -> list[str]:
    """Every model that has a `visible_to`, by its name."""
    found = [m for m in apps.get_models() if hasattr(m._default_manager.all(), "visible_to")]
    return sorted(model.__name__ for model in found)


def of_clauses(model: type[models.Model]) -> list[Mutant]:
    """The mutants of a model's `visible_to`."""
    owner = type(model._default_manager.all())
    function = owner.__dict__["visible_to"]
    source = textwrap.dedent(inspect.getsource(function))
    whole = ast.parse(source)
    found = []
    for number, (said, tree) in enumerate(_changes(whole)):
        ast.fix_missing_locations(tree)
        space: dict[str, Any] = {}
        exec(
            compile(tree, f"<mutant {number}>", "exec", dont_inherit=True, flags=0x1000000),
            function.__globals__,
            space,
        )
        found.append(Mutant(f"{model.__name__}: {said}", owner, "visible_to", space["visible_to"]))
    return found


def _changes(whole: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """(what was changed, the changed tree): conditions fixed and turned round, their parts dropped, each keyword
    and operand of a filter dropped, `none` made `all`."""
    for place, node in enumerate(ast.walk(whole)):
        for said, replaced in _instead(node):
            tree = deepcopy(whole)
            target = list(ast.walk(tree))[place]
            for name, value in ast.iter_fields(replaced):
                setattr(target, name, value)
            target.__class__ = replaced.__class__  # type: ignore[assignment]
            yield f"{ast.unparse(node)[:70]!r} {said}", tree


def _instead(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.If | ast.IfExp):
        for value in (True, False):
            changed: Any = deepcopy(node)
            changed.test = ast.Constant(value)
            yield f"as if {value}", changed
        turned: Any = deepcopy(node)
        turned.test = ast.UnaryOp(ast.Not(), turned.test)
        yield "turned round", turned
    if isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            fewer = deepcopy(node)
            del fewer.values[index]
            yield f"without part {index}", fewer if len(fewer.values) > 1 else fewer.values[0]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield "left part only", deepcopy(node.left)
        yield "right part only", deepcopy(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _instead_of_call(node, node.func.attr)


def _instead_of_call(node: ast.Call, verb: str) -> Iterator[tuple[str, ast.AST]]:
    if verb == "none":
        every = deepcopy(node)
        every.func.attr = "all"  # type: ignore[attr-defined]
        yield "made all", every
    if verb == "filter":
        other = deepcopy(node)
        other.func.attr = "exclude"  # type: ignore[attr-defined]
        yield "turned round", other
        for index, keyword in enumerate(node.keywords):
            without = deepcopy(node)
            del without.keywords[index]
            yield f"without {keyword.arg}", without
        for index in range(len(node.args)):
            less = deepcopy(node)
            del less.args[index]
            yield f"without its condition {index}", less
