"""Guided repair: what the content files hold, the pages on which it is done, and the path a couple is on.

`content.py` reads the files; `pieces.py` has the verbs of a practice, `opening.py` alone says what of it is open
to the other; `story.py` is what one says privately, `weeks.py` where a path stands, `paths.py` the line both sign.

A practice is done on the generic pages (`practice_views.py`, `piece_views.py`), made from its file alone. One that
is a tool of its own names its page in the file, `page = "repair:loop"`; from then on every list leads there
(`addresses.address_of`). To add such a page, write a room or a module whose view

1. is called by that name, with `@page(Who.PARTNER)` and no arguments in its address;
2. takes the practice with `content.practice("our_loop")`, and shows `repair/programmes/_becomes.html`, so that
   what becomes of the words is said before they are written;
3. writes with `pieces.keep`, `finish`, `share`, `take_back`, reads with `pieces.own_pieces` and `answers_of`, or
   leads to the generic pages for that: `repair:practice_part` to write, `repair:piece` to share. The names of
   items in the file are the names of the answers;
4. shows of the other's only what `opening.opened` or `opening.opened_one` gives, through `showing.shown(…,
   to_other=True)` or the same rule (`Item.private`, `Item.private_piles`), and until then nothing that depends on
   whether the other did anything;
5. sends on with `piece_views.sendable`, or a draft for the plan (`repair.plan.drafts.keep_draft`).

Nothing else keeps what is written in a practice: export, erasure and the two-world secrets then hold for it.
See docs/guided.md.
"""
