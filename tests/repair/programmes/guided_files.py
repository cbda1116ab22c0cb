"""A small folder of practices and programmes, for spoiling and for rendering every type of item."""

import shutil
from pathlib import Path

from repair.programmes.content import FOLDER

HEAD = """version = 1
language = "en"
source = "S000"
review_on = 2027-05-20
"""

EVERYTHING = f"""kind = "practice"
slug = "everything"
{HEAD}covers = ["000-1"]
title = "Every type of item"
lede = "One of each."
for = "both"
minutes = [5, 10]
sharing = "sealed"
note = "This may be heavy."
proof = "Reasons explain. They do not excuse."

[[parts]]
title = "Words"
text = ["A paragraph.", "Another."]

[[parts.items]]
type = "words"
name = "happened"
label = "What happened?"
hint = "Two or three sentences."
limit = 500
check = "character"

[[parts.items]]
type = "line"
name = "need"
label = "What I need"
send = "commitment"

[[parts.items]]
type = "list"
name = "acts"
label = "Three acts"
most = 3
limit = 80
send = "talk"
optional = true

[[parts]]
title = "Choices"

[[parts.items]]
type = "pick"
name = "kinds"
label = "Which kinds?"
options = [["one", "The one"], ["two", "The two"]]
many = true

[[parts.items]]
type = "mark"
name = "sure"
label = "How sure?"
low = "Not at all"
high = "Quite"

[[parts.items]]
type = "percent"
name = "believe"
label = "How much?"

[[parts.items]]
type = "date"
name = "by"
label = "By when?"
optional = true

[[parts]]
title = "More"

[[parts.items]]
type = "feelings"
name = "felt"
label = "What did you feel?"
most = 2

[[parts.items]]
type = "timer"
seconds = 600
label = "Ten minutes"

[[parts.items]]
type = "sort"
name = "cards"
label = "Sort these"
piles = [["fine", "Fine"], ["grey", "Grey"], ["unbearable", "I could not live with this"]]
private_piles = ["unbearable"]
boundary_pile = "grey"
cards = [{{ slug = "late", text = "Coming late", family = "micro" }}, {{ slug = "loan", text = "A loan" }}]

[[parts.items]]
type = "ticks"
name = "slept"
label = "This week"
options = [["sleep", "Slept"], ["walk", "Walked"]]

[reply]
title = "Write back what you understood"
text = ["No explaining yet."]

[[reply.items]]
type = "words"
name = "understood"
label = "What I understood"
limit = 400
"""


def practice(slug: str, audience: str = "both", sharing: str = "private", *, more: str = "") -> str:
    """A practice of one page with one question (none where it is for reading)."""
    asked = '\n[[parts.items]]\ntype = "words"\nname = "said"\nlabel = "What is there to say?"\nlimit = 400\n'
    return f"""kind = "practice"
slug = "{slug}"
{HEAD}covers = []
title = "A practice called {slug}"
lede = "What it is and why."
for = "{audience}"
minutes = [5, 10]
sharing = "{sharing}"
{more}
[[parts]]
title = "The page"
text = ["Something to read."]
{"" if sharing == "reading" else asked}"""


PROGRAMME = f"""kind = "programme"
slug = "first_aid"
{HEAD}covers = ["001-16"]
id = "P1"
title = "First weeks"
lede = "Small things first."
for_text = "Any breach of trust"
range = "2–4 weeks"
ending = ["That was the beginning."]

[[phases]]
slug = "first_days"
title = "First days"
lede = "Sleep and food."
range = "1–2 weeks"

[[phases.weeks]]
title = "This week"
things = [{{ both = "lesson" }}, {{ hurt = "own_hurt", responsible = "own_part", either = "alone" }}]
lines = ["boundary"]
talk = "How was this week?"

[[phases]]
slug = "next_days"
title = "Next days"
lede = "A little more."
range = "1–2 weeks"

[[phases.weeks]]
title = "A quiet week"
things = [{{ both = "everything" }}]
repeat = 2
"""

FILES = {
    "practices/everything.toml": EVERYTHING,
    "practices/lesson.toml": practice("lesson", sharing="reading"),
    "practices/own_hurt.toml": practice("own_hurt", "hurt", "offered"),
    "practices/own_part.toml": practice("own_part", "responsible"),
    "practices/alone.toml": practice("alone", "solo", more="once = true"),
    "practices/loop.toml": practice("loop", sharing="together", more='page = "repair:plan"'),
    "programmes/first_aid.toml": PROGRAMME,
}


def write_folder(folder: Path) -> Path:
    """The real files that are neither practices nor programmes, with those above beside them."""
    folder.mkdir(parents=True)
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, folder / path.name)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder
