"""Where a practice is done: as a log, on the page it names, or on the generic one."""

from django.urls import NoReverseMatch, reverse

from repair.programmes.practice_shapes import Practice


def address_of(practice: Practice) -> str:
    """The address of a practice's own page; of the generic one where it has none (or not yet)."""
    if practice.log:
        return reverse("repair:log", args=[practice.slug])
    if practice.page:
        try:
            return reverse(practice.page)
        except NoReverseMatch:
            pass
    return reverse("repair:practice", args=[practice.slug])
