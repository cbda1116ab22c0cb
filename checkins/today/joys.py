"""The cards about what one of the two gave, and about a day ahead that its author marked for themself."""

from datetime import timedelta
from typing import Any

from checkins.hard.asides import Kind as Put
from checkins.seasons.gifts import Gift, Kind
from checkins.today.moment import Moment
from repair.schedules.recurrence import DAY

THANKS_STAND = timedelta(days=2)
LETTERS_STAND = timedelta(days=14)
TURN_STANDS = timedelta(days=14)
TURN_COMES = timedelta(days=7)


def day_ahead(moment: Moment) -> dict[str, Any] | None:
    """The viewer's own note, on the day before a day that may be hard and on the day."""
    days = [put for put in moment.asides if put.kind is Put.DAY and put.on in {moment.today, moment.today + DAY}]
    return {"days": days, "today": moment.today} if days else None


def line_given(moment: Moment) -> dict[str, Any] | None:
    """The line that the other gave before a day that may be heavy, from the day before until it is over."""
    lines = [
        gift for gift in _theirs(moment, Kind.HEAVY) if gift.on and moment.today <= gift.on <= moment.today + DAY
    ]
    return {"lines": lines, **_from(moment)} if lines else None


def thanks(moment: Moment) -> dict[str, Any] | None:
    """Thanks that the other gave, for two days from the reading hour on. Nobody is told that they stand here."""
    cards = [gift for gift in _theirs(moment, Kind.THANKS) if _since(moment, gift) < THANKS_STAND]
    return {"cards": cards, **_from(moment)} if cards else None


def letter(moment: Moment) -> dict[str, Any] | None:
    """That a letter is open, one's own or the other's, for two weeks."""
    found = [
        g for g in moment.gifts if g.kind is Kind.LETTER and timedelta(0) <= _since(moment, g) < LETTERS_STAND
    ]
    return {} if found else None


def season_turns(moment: Moment) -> dict[str, Any] | None:
    """In a season's last week that one may choose a line for its page; for two weeks after its hour, the page. It
    follows from the calendar alone, whatever either has laid by."""
    if not moment.active:
        return None
    season = moment.season
    if season.number > 1 and moment.today < season.first + TURN_STANDS:
        return {"ended": season.number - 1}
    return {"ends": season.last} if moment.today > season.last - TURN_COMES else None


def _theirs(moment: Moment, kind: Kind) -> list[Gift]:
    return [gift for gift in moment.gifts if gift.kind is kind and not gift.mine]


def _since(moment: Moment, gift: Gift) -> timedelta:
    assert gift.opens_at is not None
    return moment.now - gift.opens_at


def _from(moment: Moment) -> dict[str, Any]:
    return {"slot": moment.pair.other.slot, "name": moment.pair.other_name}
