"""What this room registers when the site starts: its cards, also those about rooms below it."""

from checkins.today import evening, others
from checkins.today.cards import Card, Column, register

_CARDS = [
    Card("tonight", Column.MAIN, 10, "checkins/today/_tonight.html", evening.tonight),
    Card("alone", Column.MAIN, 10, "checkins/today/_alone.html", others.alone),
    Card("cooling", Column.MAIN, 10, "checkins/today/_cooling.html", others.cooling),
    Card("reading", Column.MAIN, 20, "checkins/today/_reading.html", evening.reading_ready),
    Card("heard", Column.MAIN, 30, "checkins/today/_heard.html", evening.heard),
    Card("mail trouble", Column.SIDE, 5, "checkins/today/_mail.html", others.mail_trouble),
    Card("waiting lines", Column.SIDE, 10, "checkins/today/_waiting.html", others.waiting_lines),
    Card("ask in", Column.SIDE, 10, "checkins/today/_ask_in.html", others.ask_in),
    Card("last week", Column.SIDE, 20, "checkins/today/_last_week.html", evening.last_week),
    Card("monthly mirror", Column.SIDE, 80, "checkins/today/_monthly.html", others.monthly_mirror),
    Card("whenever", Column.SIDE, 90, "checkins/today/_whenever.html", others.whenever),
]

for _card in _CARDS:
    register(_card)
