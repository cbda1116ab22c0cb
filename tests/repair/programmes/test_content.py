"""Content files: what is there, and every kind of wrong file stops the start with file, line and reason."""

import re
import shutil
from datetime import date, timedelta

import pytest
from django.urls import reverse

from repair.plan.kinds import registered
from repair.programmes import content
from repair.programmes.reading import STARTER_FIELDS, TRACKS, load
from repair.programmes.story import Track


@pytest.fixture
def folder(tmp_path):
    """A copy of the real files, to spoil."""
    return shutil.copytree(content.FOLDER, tmp_path / "content")


def spoil(folder, name, before, after):
    path = folder / name
    text = path.read_text()
    assert before in text, "the test spoils nothing"
    path.write_text(text.replace(before, after, 1))


def test_the_real_files_are_read():
    assert load(content.FOLDER) == content.content()


def test_the_daily_minute_is_two_marks_a_word_and_a_good_thing():
    daily = content.question_set("daily")
    assert [mark.slug for mark in daily.marks] == ["safe", "close"]
    assert (daily.feelings, daily.reports, daily.words, daily.good.limit) == (1, False, (), 200)


def test_the_weekly_five_is_marks_reports_and_three_stems_of_400():
    weekly = content.question_set("weekly")
    assert [mark.slug for mark in weekly.marks] == ["reach", "word", "hope", "hard"]
    assert [(stem.slug, stem.limit) for stem in weekly.words] == [("notice", 400), ("feel", 400), ("need", 400)]
    assert (weekly.feelings, weekly.reports, weekly.good) == (3, True, None)
    assert weekly.mark("reach").hint == "“When I needed you, could I reach you?”"


def test_the_month_and_the_season_are_marks_reports_and_three_lines():
    asked = {slug: content.question_set(slug) for slug in ("monthly", "quarterly")}
    assert [mark.slug for mark in asked["monthly"].marks] == ["secure", "hard"]
    assert [stem.slug for stem in asked["monthly"].words] == ["feel", "need", "review"]
    assert [mark.slug for mark in asked["quarterly"].marks] == ["secure", "fit", "room"]
    assert [stem.slug for stem in asked["quarterly"].words] == ["keep", "review", "need"]
    assert all(found.reports and found.good is None for found in asked.values())


def test_the_minute_has_one_question_for_oneself_on_every_track():
    """As many for everybody, each with as many wordings: what is asked tells no page count."""
    own = content.question_set("daily").own
    assert set(own) == {track.value for track in Track} == set(TRACKS)
    assert len({len(mark.wordings) for mark in own.values()}) == 1
    assert not any(asked.own for asked in content.question_sets() if asked.slug != "daily")


def test_what_the_season_does_not_ask_stands_on_pages_that_there_are():
    elsewhere = content.question_set("quarterly").elsewhere
    assert [(there.page, there.practice) for there in elsewhere] == [("repair:story", ""), ("", "consent_lists")]
    for there in elsewhere:
        assert content.practice(there.practice) if there.practice else reverse(there.page)


def test_sets_stand_in_the_order_of_how_often_they_are_for():
    assert [found.slug for found in content.question_sets()] == ["daily", "weekly", "monthly", "quarterly"]


@pytest.mark.parametrize("asked", content.question_sets(), ids=lambda asked: asked.slug)
def test_every_set_that_asks_for_words_says_how_it_is_called_everywhere(asked):
    said = [asked.said.card, asked.said.listed, asked.said.read, asked.said.lines, asked.said.last]
    assert [bool(words) for words in said] == [bool(asked.words)] * 5
    assert all(len(mark.wordings) >= 3 for mark in asked.marks)


@pytest.mark.parametrize(("slug", "weeks"), [("monthly", 4), ("monthly", 5), ("quarterly", 12)])
def test_a_set_that_comes_seldom_is_worded_anew_each_time(slug, weeks):
    """A wording that turned by the week would be the same four times a year: twelve weeks are four times three."""
    for mark in content.question_set(slug).marks:
        first = date(2026, 9, 6)
        for turn in range(8):
            on = first + timedelta(weeks=weeks * turn)
            assert mark.asked(name="Ben", on=on) != mark.asked(name="Ben", on=on + timedelta(weeks=weeks))


def test_wordings_rotate_by_the_week_and_are_the_same_for_both():
    mark = content.question_set("daily").mark("safe")
    monday = date(2026, 9, 14)
    week = {mark.asked(name="Ben", on=monday + timedelta(days=day)) for day in range(7)}
    months = {mark.asked(name="Ben", on=monday + timedelta(days=7 * week)) for week in range(6)}
    assert len(week) == 1
    assert len(months) == len(mark.wordings)
    assert mark.asked(name="Ana", on=monday).replace("Ana", "Ben") == mark.asked(name="Ben", on=monday)


def test_a_name_with_braces_is_only_a_name():
    mark = content.question_set("daily").mark("close")
    assert "{name}" not in mark.asked(name="{x}", on=date(2026, 9, 14))


def test_every_kind_with_starters_is_registered_and_its_form_knows_their_fields():
    kinds = registered()
    for name, (needed, allowed) in STARTER_FIELDS.items():
        assert needed | allowed <= set(kinds[name].form.base_fields), name
        required = {field for field, shown in kinds[name].form.base_fields.items() if shown.required}
        assert required <= needed | allowed, name


@pytest.mark.parametrize("breach", [found.slug for found in content.breaches()])
def test_every_kind_of_breach_has_starters_of_several_kinds(breach):
    kinds = [kind for kind in STARTER_FIELDS if content.starters(kind, breach)]
    assert len(kinds) >= 2


def test_unknown_things():
    assert content.starters("rhythm", "money") == ()
    assert content.starters("ritual", "nonsense") == ()
    with pytest.raises(KeyError):
        content.question_set("hourly")


def test_nothing_names_who_did_it_or_cheers():
    for path in content.FOLDER.glob("*.toml"):
        text = path.read_text().lower()
        found = re.findall(r"betray|offender|victim|cheat|addict|guilty|relapse|violat|streak|score", text)
        assert not found, (path.name, found)


WRONG = [
    ("questions-daily.toml", "version = 1", "version = 0", "version must be"),
    ("questions-daily.toml", "version = 1", 'version = "1"', "version must be"),
    ("questions-daily.toml", 'language = "en"', 'language = "xx"', "language must be"),
    ("questions-daily.toml", "review_on = 2027-05-20", 'review_on = "2027-05-20"', "review_on must be a date"),
    ("questions-daily.toml", "review_on = 2027-05-20", "", "review_on must be a date"),
    ("questions-daily.toml", "source =", "sauce =", "must be text"),
    ("questions-daily.toml", 'kind = "questions"', 'kind = "riddles"', "kind must be one of"),
    ("questions-daily.toml", 'slug = "daily"', 'slug = "Daily"', "slug must be"),
    ("questions-daily.toml", 'slug = "daily"', 'slug = "weekly"', "another file of kind questions"),
    ("questions-daily.toml", "feelings = 1", "feelings = 9", "feelings must be"),
    ("questions-daily.toml", "feelings = 1", "feelings = true", "feelings must be"),
    ("questions-daily.toml", "reports = false", 'reports = "no"', "reports must be"),
    ("questions-daily.toml", "reports = false", "", "the file needs “reports”"),
    ("questions-daily.toml", "reports = false", "reports = false\nextra = 1", "unknown key “extra”"),
    ("questions-daily.toml", 'slug = "close"', 'slug = "safe"', "two entries of marks"),
    ("questions-daily.toml", 'low = "Not at all"', "", "needs “low”"),
    ("questions-daily.toml", 'low = "Not at all"', 'low = " padded "', "without spaces around it"),
    ("questions-daily.toml", 'low = "Not at all"', f'low = "{"x" * 30}"', "longer than 24"),
    ("questions-daily.toml", "today?", "today, {who}?", "only {name} may stand in braces"),
    ("questions-daily.toml", "today?", "today!", "no exclamation marks"),
    ("questions-daily.toml", "limit = 200", "limit = 4000", "limit from 1 to 400"),
    ("questions-daily.toml", "[[marks]]", "[[marks", "line"),
    ("questions-daily.toml", "days = 1", "days = 0", "“days” must be a whole number"),
    ("questions-daily.toml", "minutes = 1\n", "", "needs “minutes”"),
    ("questions-daily.toml", 'send = "Send my minute"', "", "[said] needs “send”"),
    ("questions-daily.toml", 'send = "Send', 'card = "x"\nsend = "Send', "unknown key “card”"),
    ("questions-daily.toml", 'track = "both"', 'track = "hurt"', "needs one entry for each of"),
    ("questions-daily.toml", 'track = "both"', 'track = "guilty"', "track must be one of"),
    ("questions-daily.toml", 'slug = "past"', 'slug = "safe"', "two entries of own and marks"),
    ("questions-weekly.toml", 'read = "The week, side by side"', "", "[said] needs “read”"),
    ("questions-monthly.toml", 'low = "Not hard"', 'low = "Easy"', "another topic or other ends"),
    ("questions-quarterly.toml", 'page = "repair:story"', 'place = "x"', "what stands elsewhere"),
    ("questions-weekly.toml", 'label = "I notice…"', "label = 5", "must be text"),
    ("feelings.toml", 'calm = "calm"', 'Calm = "calm"', "is no slug"),
    ("feelings.toml", 'calm = "calm"', f'calm = "{"x" * 21}"', "longer than 20"),
    ("feelings.toml", 'slug = "feelings"', 'slug = "moods"', "exactly one file of kind feelings"),
    ("starters-any.toml", 'kind = "ritual"', 'kind = "curfew"', "needs a kind"),
    ("starters-any.toml", 'when = "Sundays before lunch"', "", "needs “when”"),
    ("starters-any.toml", 'who = "both"', 'who = "her"', "who must be me, you or both"),
    ("starters-any.toml", 'slug = "any_walk"', 'slug = "money_hour"', "two starters have the slug"),
    ("starters-money.toml", 'about = "transparency"', 'about = "yes"', "about may only be"),
    ("starters-money.toml", 'missed = "We', 'nonsense = "We', "unknown key “nonsense”"),
]


@pytest.mark.parametrize(("name", "before", "after", "reason"), WRONG)
def test_a_wrong_file_stops_the_start_with_its_name_and_the_reason(folder, name, before, after, reason):
    spoil(folder, name, before, after)
    with pytest.raises(content.ContentError) as stopped:
        load(folder)
    told = str(stopped.value)
    assert reason in told
    assert told.startswith((name, "starters-", "questions-", "content")), told


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('slug = "close"', 'slug = "close"\ncolour = "red"', 36),
        ("[[marks]]", "[[marks", 21),
        ('low = "Not at all"', 'low = "Not at all!"', 30),
    ],
)
def test_the_line_is_told_where_it_is_known(folder, before, after, line):
    spoil(folder, "questions-daily.toml", before, after)
    with pytest.raises(content.ContentError) as stopped:
        load(folder)
    assert f"line {line}" in str(stopped.value)


def test_bytes_that_are_no_text_stop_the_start(folder):
    (folder / "feelings.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(content.ContentError, match=r"feelings\.toml"):
        load(folder)


def test_without_feelings_there_is_no_start(folder):
    (folder / "feelings.toml").unlink()
    with pytest.raises(content.ContentError, match="exactly one file of kind feelings"):
        load(folder)
