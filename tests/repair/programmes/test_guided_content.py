"""Files of practices and programmes: what they give, and how every wrong one stops the start."""

import pytest

from repair.programmes import content
from repair.programmes.check import main
from repair.programmes.practice_shapes import Audience
from repair.programmes.reading import faults, load
from tests.repair.programmes.guided_files import EVERYTHING, write_folder


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "content")


def test_the_real_files_have_no_fault():
    assert faults(content.FOLDER) == []


def test_what_a_practice_says_is_what_its_file_says(folder):
    found = load(folder).practices["everything", 1]
    assert [item.name for item in found.items] == [
        "happened", "need", "acts", "kinds", "sure", "believe", "by", "felt", "cards", "slept",
    ]  # fmt: skip
    items = {item.name: item for item in found.items}
    assert (items["happened"].limit, items["happened"].check) == (500, "character")
    assert (items["need"].limit, items["need"].send) == (200, "commitment")
    assert items["cards"].private_piles == {"unbearable"}
    assert [card.family for card in items["cards"].cards] == ["micro", ""]
    assert items["slept"].optional
    assert (found.minutes, found.once, found.covers) == ((5, 10), False, ("000-1",))
    assert [item.name for item in found.reply.items] == ["understood"]
    assert [len(part.items) for part in found.parts] == [3, 4, 4]


def test_a_week_has_as_many_things_for_every_track(folder):
    programme = load(folder).programmes["first_aid", 1]
    things = programme.phases[0].weeks[0].things
    assert [thing.by_audience[Audience.HURT] for thing in things] == ["lesson", "own_hurt"]
    assert [thing.by_audience[Audience.RESPONSIBLE] for thing in things] == ["lesson", "own_part"]
    assert [thing.by_audience[Audience.BOTH] for thing in things] == ["lesson", "alone"]
    assert len(programme.phase("next_days").all_weeks) == 2


def test_a_lesson_keeps_nothing(folder):
    practices = load(folder).practices
    assert [key for key, one in practices.items() if not one.is_written] == [("lesson", 1)]


def test_an_earlier_version_stays_beside_the_newest(folder):
    (folder / "practices/everything-1.toml").write_text(EVERYTHING)
    (folder / "practices/everything.toml").write_text(EVERYTHING.replace("version = 1", "version = 2"))
    assert {version for slug, version in load(folder).practices if slug == "everything"} == {1, 2}


PRACTICE = "practices/everything.toml"
ASKS = '{ type = "line", name = "x", label = "X" }'
PROGRAMME = "programmes/first_aid.toml"
ASKED = """[question]
what = "How was it?"
answer = "mark"
low = "Hard"
high = "Light"
asked_with = "daily"

"""


def _asked(before: str, after: str) -> tuple[str, str, str]:
    """The first page with a question before it, changed."""
    assert before in ASKED
    return PRACTICE, "[[parts]]", ASKED.replace(before, after, 1) + "[[parts]]"


WRONG = [
    (*_asked("[question]", "[[question]]"), "“question” must be written as [question]"),
    (*_asked('"mark"', '"guess"'), "answer must be one of mark, line"),
    (*_asked('"mark"', '"line"'), "unknown key"),
    (*_asked('low = "Hard"\n', ""), "needs “low”"),
    (*_asked("How was it?", "How was it with {name}?"), "braces"),
    (*_asked("How was it?", "x" * 161), "longer than 160"),
    (*_asked("Light", "x" * 25), "longer than 24"),
    (*_asked('"daily"', '"hourly"'), "asked_with names no question set"),
    ("practices/own_hurt.toml", "[[parts]]", ASKED + "[[parts]]", "only a practice for both"),
    (PRACTICE, 'kind = "practice"', 'kind = "starters"', "kind must be “practice”"),
    (PRACTICE, 'slug = "everything"', 'slug = "something"', "the file must be called something.toml"),
    (PRACTICE, "version = 1", "version = 2", "version 1 must stay as everything-1.toml"),
    (PRACTICE, 'covers = ["000-1"]', 'covers = ["000-29"]', "there is no practice “000-29”"),
    (PRACTICE, 'covers = ["000-1"]', 'covers = ["000-1", "000-1"]', "names a practice twice"),
    (PRACTICE, 'covers = ["000-1"]\n', "", "needs “covers”"),
    (PRACTICE, 'for = "both"', 'for = "her"', "for must be one of both, hurt, responsible, solo"),
    (PRACTICE, 'for = "both"', 'for = "hurt"', "what is sealed is for both"),
    (PRACTICE, 'sharing = "sealed"', 'sharing = "public"', "sharing must be one of"),
    (PRACTICE, 'sharing = "sealed"', 'sharing = "reading"', "only what is offered or sealed can be replied to"),
    (PRACTICE, "minutes = [5, 10]", "minutes = [10, 5]", "minutes must be a range"),
    (PRACTICE, "minutes = [5, 10]", "minutes = 5", "minutes must be a range"),
    (PRACTICE, 'title = "Words"', f'title = "{"w" * 81}"', "longer than 80"),
    (PRACTICE, 'text = ["A paragraph.", "Another."]', 'text = "A paragraph."', "must be a list of texts"),
    (PRACTICE, 'text = ["A paragraph.", "Another."]', 'text = ["Well done!"]', "no exclamation marks"),
    (PRACTICE, 'type = "words"', 'type = "essay"', "an item needs a type"),
    (PRACTICE, 'label = "What happened?"', "", "needs “label”"),
    (PRACTICE, 'check = "character"', 'check = "spelling"', "check must be one of"),
    (PRACTICE, 'send = "commitment"', 'send = "mail"', "send must be one of"),
    (PRACTICE, "most = 3", "most = 30", "must be a whole number from 1 to 10"),
    (PRACTICE, "limit = 500", "limit = 50000", "must be a whole number from 1 to 4000"),
    (PRACTICE, "many = true", 'many = "yes"', "must be true or false"),
    (PRACTICE, 'name = "need"', 'name = "happened"', "the name “happened”"),
    (PRACTICE, 'name = "need"', 'name = "told"', "is taken by the page itself"),
    (PRACTICE, 'name = "need"', 'name = "Need it"', "name must be small letters"),
    (PRACTICE, '["two", "The two"]', '["one", "The two"]', "two of the options have the slug “one”"),
    (PRACTICE, '["two", "The two"]', '["Two", "The two"]', "“Two” is no slug"),
    (PRACTICE, '["two", "The two"]', '["two"]', "must be a list of pairs"),
    (PRACTICE, '["two", "The two"]', '["two", " "]', "without spaces around it"),
    (PRACTICE, "seconds = 600", "seconds = 6", "must be a whole number from 10 to 3600"),
    (PRACTICE, 'private_piles = ["unbearable"]', 'private_piles = ["awful"]', "must name piles of this sort"),
    (PRACTICE, 'note = "This may', 'log = "own_part"\nnote = "This may', "a log is private and has one page"),
    (PRACTICE, 'note = "This may', 'asked = true\nnote = "This may', "only what is offered can be asked for"),
    (PRACTICE, 'boundary_pile = "grey"', 'boundary_pile = "awful"', "boundary_pile must be one of"),
    (PRACTICE, 'note = "This may', 'drawn = "happened"\nnote = "This may', "drawn must name the line"),
    (PRACTICE, 'type = "date"', 'type = "date"\nparks = "happened"', "parks, once, must name words"),
    (PRACTICE, 'type = "date"', 'type = "date"\nahead = 1\nparks = "need"', "only a private practice parks"),
    (PRACTICE, 'slug = "loan"', 'slug = "late"', "two entries of cards have the slug “late”"),
    (PRACTICE, 'low = "Not at all"', "colour = 1", "needs “low”"),
    (PRACTICE, "most = 3\nlimit = 80", "most = 10\nlimit = 400\nhint = 5", "must be text"),
    (PRACTICE, 'title = "More"\n', 'title = "More"\n\n[[parts]]\ntitle = "Bare"\n', "the part “More” is empty"),
    (PRACTICE, 'type = "ticks"', 'type = "ticks"\nlimit = 3', "unknown key “limit”"),
    (PRACTICE, "[reply]", "[replies]", "unknown key “replies”"),
    ("practices/lesson.toml", "text = [", f"items = [{ASKS}]\ntext = [", "nothing is asked"),
    ("practices/loop.toml", 'page = "repair:plan"', 'page = "/plan"', "page must name a route"),
    ("practices/loop.toml", "limit = 400", "limit = 0", "must be a whole number from 1 to 4000"),
    (PROGRAMME, 'id = "P1"', 'id = "first"', "id must be like P1"),
    (PROGRAMME, 'both = "lesson"', 'both = "lessons"', "there is no practice “lessons”"),
    (PROGRAMME, 'hurt = "own_hurt"', 'hurt = "own_part"', "is for responsible, but named for hurt"),
    (PROGRAMME, 'either = "alone"', 'either = "own_hurt"', "is for hurt, but named for both"),
    (PROGRAMME, ', either = "alone"', "", "a thing is { both = … }"),
    (PROGRAMME, 'lines = ["boundary"]', 'lines = ["curfew"]', "lines may be"),
    (PROGRAMME, "repeat = 2", "repeat = 0", "must be a whole number from 1 to 52"),
    (PROGRAMME, 'slug = "next_days"', 'slug = "first_days"', "two entries of phases"),
    (PROGRAMME, 'ending = ["That', 'ends = ["That', "needs “ending”"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after", "reason"), WRONG)
def test_a_wrong_file_stops_the_start_with_its_name_and_the_reason(folder, name, before, after, reason):
    path = folder / name
    text = path.read_text()
    assert before in text, "the test spoils nothing"
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(content.ContentError) as stopped:
        load(folder)
    assert reason in str(stopped.value)
    assert str(stopped.value).startswith(name), stopped.value


def test_the_line_is_told(folder):
    path = folder / PRACTICE
    path.write_text(path.read_text().replace('name = "acts"', 'name = "Acts"'))
    line = path.read_text().split("\n").index('name = "Acts"') + 1
    assert faults(folder) == [
        f"{PRACTICE}, line {line}: name must be small letters, digits and _, beginning with a letter",
        f"{PROGRAMME}, line 35: there is no practice “everything”",
    ]


def test_too_much_to_write_for_one_row(folder):
    item = '[[parts.items]]\ntype = "words"\nname = "{}"\nlabel = "More"\nlimit = 4000\n\n'
    more = "".join(item.format(name) for name in ("m1", "m2", "m3"))
    path = folder / PRACTICE
    path.write_text(path.read_text().replace("[reply]", f'[[parts]]\ntitle = "Much"\n{more}[reply]'))
    assert "all limits together" in faults(folder)[0]


def test_two_files_with_one_slug_and_version(folder):
    (folder / "practices/everything-1.toml").write_text(EVERYTHING)
    assert "another file has the slug “everything” and version 1" in faults(folder)[0]


def test_two_programmes_with_one_id(folder):
    text = (folder / PROGRAMME).read_text()
    (folder / "programmes/other.toml").write_text(text.replace('slug = "first_aid"', 'slug = "other"'))
    assert faults(folder) == ["programmes/other.toml, line 8: another programme has the id P1"]


def test_the_check_for_writers_names_every_wrong_file(folder, capsys):
    assert main(folder) == 0
    for name in (PRACTICE, PROGRAMME):
        path = folder / name
        path.write_text(path.read_text().replace("review_on = 2027-05-20", "review_on = 1"))
    assert main(folder) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("6 practices, 1 programmes")
    assert [line.split(",")[0] for line in told[1:]] == [PRACTICE, PROGRAMME]


def test_a_wrong_file_of_another_kind_is_told_by_the_check_too(folder):
    path = folder / "feelings.toml"
    path.write_text(path.read_text().replace("version = 1", "version = 0"))
    assert faults(folder) == ["feelings.toml, line 3: version must be a whole number from 1"]
