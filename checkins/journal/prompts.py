"""Questions to begin an entry with. A slug is kept with the entry, so none is ever given another meaning."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Prompt:
    """One question. `slug` stands in an address, so it gives nothing away."""

    slug: str
    words: str | Promise


PROMPTS = (
    Prompt("now", _("What is true for me right now?")),
    Prompt("unsaid", _("What could I not say today?")),
    Prompt("steady", _("What helped me stay steady?")),
    Prompt("ask", _("What would I ask for, if asking were easy?")),
    Prompt("mine", _("What is mine to do next, and what is not?")),
    Prompt("worry", _("What worries me, and can I do anything about it tonight?")),
    Prompt("before", _("What does this remind me of?")),
    Prompt("friend", _("What would I say to a friend who felt this?")),
    Prompt("small", _("Something small that was good")),
    Prompt("letter", _("A letter I won’t send")),
    Prompt("ahead", _("An ordinary good day, a year from now")),
)
_BY_SLUG = {prompt.slug: prompt for prompt in PROMPTS}


def words_of(slug: str) -> str:
    """The question of a slug; "" for a blank entry, or for a question there is not."""
    found = _BY_SLUG.get(slug)
    return str(found.words) if found else ""
