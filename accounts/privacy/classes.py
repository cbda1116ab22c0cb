"""How sensitive each column is: one table (`classes.toml`) for every model, allauth's and Django's own too."""

import tomllib
from enum import StrEnum
from pathlib import Path

_TABLE = Path(__file__).with_name("classes.toml")


class Sensitivity(StrEnum):
    """What a column holds, from the most to the least sensitive. Only the first two tell what anybody wrote or did
    at a keyboard; the others are what design and handbook allow in clear."""

    SEALED = "sealed"  # written, marked or chosen by people: encrypted under an author's or a couple's key
    SECRET = "secret"  # noqa: S105 - signs in, wraps keys or leads somewhere: wrapped, salted or short-lived
    CONTACT = "contact"  # an e-mail address
    DEVICE = "device"  # the kind of browser; never a network address
    ZONE = "zone"  # an IANA time zone
    LINK = "link"  # which row belongs to which
    STATE = "state"  # where a thing stands: yes or no, a count, one of a few words
    TIME = "time"  # when
    HASH = "hash"  # a keyed hash: says nothing without the key file
    PUBLIC = "public"  # a therapist's own profile, written to be read
    ID = "id"  # random or counted, says nothing
    SITE = "site"  # the site's own, about nobody


def declared() -> dict[str, dict[str, list[Sensitivity]]]:
    """{"app.Model": {column: its classes}} as the table has it. Raises ValueError for a class that is none."""
    with _TABLE.open("rb") as source:
        table = tomllib.load(source)
    found: dict[str, dict[str, list[Sensitivity]]] = {}
    for model, by_class in table.items():
        columns = found.setdefault(model, {})
        for name, fields in by_class.items():
            for field in fields:
                columns.setdefault(field, []).append(Sensitivity(name))
    return found
