"""The site with two rules broken, as a careless change might: what the stories of the couples must notice.

    python -m tests.journeys.couples.broken

A path begins and moves with one signature; what is sealed opens when the other alone has shared.
"""

import os
import sys
from typing import Any

import django


def main() -> None:
    """Break both rules, then go on as `manage.py up`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "repair.settings")
    django.setup()
    from django.core.management import execute_from_command_line

    from repair.plan import services
    from repair.programmes import opening, paths

    real_propose, real_suggest, real_hour = services.propose, services.suggest, opening.opens_at

    def proposed(**given: Any) -> Any:
        made = real_propose(**given)
        if given["kind"] == paths.KIND:
            version = made.versions.latest("number")
            _into_force(paths, version, given)
        return made

    def suggested(**given: Any) -> Any:
        made = real_suggest(**given)
        from repair.plan.models import Agreement

        line = Agreement.objects.get(pk=given["line"])
        if line.kind == paths.KIND:
            _into_force(paths, line.versions.latest("number"), given)
        return made

    def hour(sharing: Any, own: Any, theirs: Any, *, asked: Any = True) -> Any:
        alone = theirs.opens if theirs is not None and theirs.done else None
        return real_hour(sharing, own, theirs, asked=asked) or alone

    services.propose, services.suggest, opening.opens_at = proposed, suggested, hour
    execute_from_command_line([sys.argv[0], "up"])


def _into_force(paths: Any, version: Any, given: dict[str, Any]) -> None:
    words = given["words"].fields
    paths.into_force(viewer=given["viewer"], version=version, body=words, now=given["now"])


if __name__ == "__main__":
    main()
