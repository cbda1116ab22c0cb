"""What this room registers when the site starts: its cards, also those about rooms below it."""

from checkins.today import evening, guided, joys, near, others, talks
from checkins.today.cards import Card, Column, register

_CARDS = [
    Card("tonight", Column.MAIN, 10, "checkins/today/_tonight.html", evening.tonight),
    Card("alone", Column.MAIN, 10, "checkins/today/_alone.html", others.alone),
    Card("cooling", Column.MAIN, 10, "checkins/today/_cooling.html", others.cooling),
    Card("reading", Column.MAIN, 20, "checkins/today/_reading.html", evening.reading_ready),
    Card("opened practice", Column.MAIN, 25, "checkins/today/_opened_practice.html", guided.opened),
    Card("heard", Column.MAIN, 30, "checkins/today/_heard.html", evening.heard),
    Card("next thing", Column.MAIN, 40, "checkins/today/_next_thing.html", guided.next_thing),
    Card("parked", Column.SIDE, 3, "checkins/today/_parked.html", others.parked),
    Card("day after", Column.SIDE, 4, "checkins/today/_after.html", others.day_after),
    Card("day ahead", Column.SIDE, 2, "checkins/today/_day_ahead.html", joys.day_ahead),
    Card("line given", Column.MAIN, 25, "checkins/today/_line_given.html", joys.line_given),
    Card("thanks", Column.MAIN, 35, "checkins/today/_thanks.html", joys.thanks),
    Card("season turns", Column.SIDE, 50, "checkins/today/_season.html", joys.season_turns),
    Card("letter", Column.SIDE, 15, "checkins/today/_letter.html", joys.letter),
    Card("near and far", Column.SIDE, 8, "checkins/today/_near.html", near.near),
    Card("talk", Column.SIDE, 3, "checkins/today/_talk.html", talks.talk),
    Card("mail trouble", Column.SIDE, 5, "checkins/today/_mail.html", others.mail_trouble),
    Card("waiting lines", Column.SIDE, 10, "checkins/today/_waiting.html", others.waiting_lines),
    Card("ask in", Column.SIDE, 10, "checkins/today/_ask_in.html", others.ask_in),
    Card("last week", Column.SIDE, 20, "checkins/today/_last_week.html", evening.last_week),
    Card("stepping", Column.SIDE, 60, "checkins/today/_stepping.html", others.stepping),
    Card("monthly mirror", Column.SIDE, 80, "checkins/today/_monthly.html", others.monthly_mirror),
    Card("asked again", Column.SIDE, 85, "checkins/today/_asked_again.html", guided.asked_again),
    Card("whenever", Column.SIDE, 90, "checkins/today/_whenever.html", others.whenever),
]

for _card in _CARDS:
    register(_card)
