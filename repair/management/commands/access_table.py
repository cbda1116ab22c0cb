"""`manage.py access_table`: every route, its methods, and who may enter, read from the views' rules; and the
declared openings, through which one's private input changes what the other sees."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access import Rule
from accounts.openings import DECLARED, OUTCOMES


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """(name with namespace, path, view) of every route, in the order the site tries them."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry.url_patterns, path, inner)
        else:
            yield f"{space}{entry.name}", path, entry.callback


def rule_of(view: Any) -> Rule | None:
    """The rule a view carries, None where it has none."""
    return getattr(view, "access_rule", None)


class Command(BaseCommand):
    help = "Print every route with its methods and who may enter, and every declared opening."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, path, view in routes():
            rule = rule_of(view)
            who = "NO RULE" if rule is None else rule.who.value
            methods = "" if rule is None else " ".join(rule.methods)
            needs = "" if rule is None else rule.needs.value
            fresh = "fresh" if rule is not None and rule.fresh else ""
            self.stdout.write(f"{name:38} /{path:44} {methods:16} {who:10} {needs:10} {fresh}".rstrip())
        for opening, declared in DECLARED.items():
            self.stdout.write(f"\nopening: {opening.value}\n  {declared.opens}\n  said in {declared.said_in}")
            for outcome in OUTCOMES:
                if outcome.opening is opening:
                    self.stdout.write(f"  by {outcome.name}: {outcome.inputs}")
