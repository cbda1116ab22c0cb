"""The forms of a check-in. They validate only; `values()` gives a draft’s fields, as far as valid."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from checkins.prompts.drafts import Draft
from checkins.prompts.lines import Asked
from checkins.prompts.own import LIMIT, OwnQuestion
from checkins.prompts.sheets import OWN, Report
from repair.programmes.content import Mark, QuestionSet, Stem, feelings

NO_WORD = "-"
OWN_WORD = 40

REPORTS = [
    (Report.KEPT.value, gettext_lazy("Kept")),
    (Report.PARTLY.value, gettext_lazy("Partly")),
    (Report.NOT_KEPT.value, gettext_lazy("Not kept")),
    (Report.NOT_DUE.value, gettext_lazy("Did not come up")),
    (Report.UNSURE.value, gettext_lazy("Not sure")),
]


class Text(forms.CharField):
    """Words of one's own. A line break counts as one character, as it does on screen."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(
            max_length=limit,
            required=False,
            error_messages={
                "max_length": gettext_lazy("This is %(show_value)s characters; there is room for %(limit_value)s.")
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def _text(stem: Stem, *, name: str, rows: int) -> Text:
    widget: forms.Widget = (
        forms.Textarea({"rows": rows}) if rows > 1 else forms.TextInput({"autocomplete": "off", "class": "input"})
    )
    return Text(limit=stem.limit, label=stem.label, help_text=stem.hinted(name=name), widget=widget)


def _scale(mark: Mark, *, name: str, on: date, initial: int | None) -> forms.ChoiceField:
    """Seven marks; the words at the ends go with the field for its widget."""
    asked: Any = forms.ChoiceField(
        choices=[(str(n), str(n)) for n in range(1, 8)],
        required=False,
        widget=forms.RadioSelect,
        label=mark.asked(name=name, on=on),
        help_text=mark.hinted(name=name),
        initial=initial,
        error_messages={"invalid_choice": _("Choose a mark from 1 to 7.")},
    )
    asked.ends = tuple(end for end in (mark.low, mark.middle, mark.high) if end)
    return asked  # type: ignore[no-any-return]


class StepForm(forms.Form):
    """One page of a check-in. With `partial` (save and stop) nothing is missing."""

    def __init__(self, *args: Any, partial: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        self.partial = partial
        super().__init__(*args, **kwargs)

    @property
    def valid(self) -> dict[str, Any]:
        """What was valid, by field name; also where something else was not."""
        return getattr(self, "cleaned_data", {})

    @property
    def summary_note(self) -> str:
        return _("Your other answers are saved.")

    def values(self) -> dict[str, Any]:
        """The fields of a draft that this page answers for."""
        raise NotImplementedError


class FeelingsForm(StepForm):
    """A page on which feelings words may be chosen."""

    most = 0

    def add_feelings(self, questions: QuestionSet, *, draft: Draft, label: str, hint: str, own: bool) -> None:
        """One word as radios, several as checkboxes; with `own` a field for another word."""
        self.most = questions.feelings
        words = [(feeling.slug, feeling.label) for feeling in feelings()]
        if self.most == 1:
            self.fields["feelings"] = forms.ChoiceField(
                choices=[*words, (NO_WORD, _("none of these"))],
                required=False,
                widget=forms.RadioSelect,
                label=label,
                help_text=hint,
                initial=next(iter(draft.feelings), None),
            )
        else:
            self.fields["feelings"] = forms.MultipleChoiceField(
                choices=words,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                label=label,
                help_text=hint,
                initial=list(draft.feelings),
            )
        if own:
            self.fields["own"] = Text(
                limit=OWN_WORD,
                label=_("Another word"),
                initial=draft.own,
                widget=forms.TextInput({"autocomplete": "off", "class": "input"}),
            )

    def clean_feelings(self) -> Any:
        """At most as many words as the questions allow."""
        chosen = self.cleaned_data["feelings"]
        if isinstance(chosen, list) and len(chosen) > self.most:
            raise forms.ValidationError(
                ngettext("Choose at most %(n)s word.", "Choose at most %(n)s words.", self.most) % {"n": self.most}
            )
        return chosen

    def feelings_values(self) -> dict[str, Any]:
        """The chosen words as the draft holds them."""
        values: dict[str, Any] = {}
        if "feelings" in self.valid:
            chosen = self.valid["feelings"]
            slugs = [chosen] if isinstance(chosen, str) else list(chosen)
            values["feelings"] = tuple(slug for slug in slugs if slug not in {"", NO_WORD})
        if "own" in self.valid:
            values["own"] = self.valid["own"]
        return values


class MarksForm(FeelingsForm):
    """Marks from 1 to 7, nothing chosen beforehand; each may be passed over. With the daily minute also the word,
    the good thing, and one mark for oneself alone (`track`), which may stay open."""

    def __init__(
        self,
        *args: Any,
        questions: QuestionSet,
        name: str,
        on: date,
        draft: Draft,
        track: str,
        ours: OwnQuestion | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.own, self.ours = questions, questions.own.get(track), ours
        self.before = draft.texts
        self.marks = [*questions.marks, *([ours.mark] if ours and ours.is_mark else [])]
        for mark in self.marks:
            initial = draft.marks.get(mark.slug)
            self.fields[f"mark-{mark.slug}"] = _scale(mark, name=name, on=on, initial=initial)
            self.fields[f"pass-{mark.slug}"] = forms.BooleanField(
                required=False, label=_("I’d rather not answer this"), initial=mark.slug in draft.passed
            )
        if ours:
            self._add_ours(ours)
        if questions.feelings and not questions.words:
            self.add_feelings(
                questions,
                draft=draft,
                label=_("One word for today"),
                hint=_("No feeling here is a wrong one."),
                own=True,
            )
        if questions.good:
            self.fields["good"] = _text(questions.good, name=name, rows=1)
            self.fields["good"].initial = draft.good
        if self.own:
            kept = draft.alone.get(self.own.slug)
            self.fields[f"alone-{self.own.slug}"] = _scale(self.own, name=name, on=on, initial=kept)
            self.fields["leave-alone"] = forms.BooleanField(required=False, label=_("Leave this open"))

    def _add_ours(self, ours: OwnQuestion) -> None:
        """The couple's own question, in exactly the words both signed."""
        if not ours.is_mark:
            widget = forms.TextInput({"autocomplete": "off", "class": "input"})
            self.fields[f"text-{ours.key}"] = Text(limit=LIMIT, widget=widget)
            self.fields[f"text-{ours.key}"].initial = self.before.get(ours.key, "")
        asked = self.fields[f"{'mark' if ours.is_mark else 'text'}-{ours.key}"]
        asked.label, asked.help_text = ours.text, _("Your own question, from the plan.")

    @property
    def our_line(self) -> Any:
        """The couple's own question where it is answered with words; None otherwise."""
        return self[f"text-{self.ours.key}"] if self.ours and not self.ours.is_mark else None

    @property
    def alone(self) -> tuple[Any, Any] | None:
        """The question for oneself alone, with its “Leave this open”; None where there is none."""
        return (self[f"alone-{self.own.slug}"], self["leave-alone"]) if self.own else None

    @property
    def scales(self) -> list[tuple[Any, Any]]:
        """Each question with its “I’d rather not answer this”."""
        return [(self[f"mark-{mark.slug}"], self[f"pass-{mark.slug}"]) for mark in self.marks]

    @property
    def summary_title(self) -> str:
        missing = sum(1 for mark in self.marks if f"mark-{mark.slug}" in self.errors)
        if missing != len(self.errors):
            return ""
        return ngettext("One question still needs a mark", "%(n)s questions still need a mark", missing) % {
            "n": missing
        }

    def clean(self) -> None:
        for mark in self.marks:
            name = f"mark-{mark.slug}"
            if self.cleaned_data.get(f"pass-{mark.slug}"):
                self.errors.pop(name, None)
                self.cleaned_data[name] = ""
            elif not self.partial and name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(
                    name,
                    _("%(topic)s: choose 1 to 7, or tick that you’d rather not answer.") % {"topic": mark.topic},
                )

    def values(self) -> dict[str, Any]:
        given = {mark.slug: self.valid.get(f"mark-{mark.slug}") for mark in self.marks}
        values: dict[str, Any] = {
            "marks": {slug: int(mark) for slug, mark in given.items() if mark},
            "passed": tuple(m.slug for m in self.marks if self.valid.get(f"pass-{m.slug}")),
            **self.feelings_values(),
        }
        if self.ours and not self.ours.is_mark and f"text-{self.ours.key}" in self.valid:
            others = {key: text for key, text in self.before.items() if not key.startswith(OWN)}
            values["texts"] = others | {self.ours.key: self.valid[f"text-{self.ours.key}"]}
        if self.own:
            kept = "" if self.valid.get("leave-alone") else self.valid.get(f"alone-{self.own.slug}")
            values["alone"] = {self.own.slug: int(kept)} if kept else {}
        return values | ({"good": self.valid["good"]} if "good" in self.valid else {})


class ReportsForm(StepForm):
    """How each line went that this person does, or can see for themself. Any may be left open."""

    def __init__(self, *args: Any, asked: Asked, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.others = asked.lines, asked.others
        for line in self.lines:
            self.fields[f"line-{line.id}"] = forms.ChoiceField(
                choices=REPORTS,
                required=False,
                widget=forms.RadioSelect,
                label=line.headline,
                help_text=line.hint,
                initial=draft.reports.get(str(line.id)),
            )

    def values(self) -> dict[str, Any]:
        return {"reports": {str(line.id): self.valid.get(f"line-{line.id}") or None for line in self.lines}}


class WordsForm(FeelingsForm):
    """I notice, I feel, I need."""

    def __init__(self, *args: Any, questions: QuestionSet, name: str, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.before = questions, draft.texts
        for stem in questions.words:
            if stem.slug == "feel" and questions.feelings:
                self.add_feelings(questions, draft=draft, label=stem.label, hint=stem.hinted(name=name), own=False)
                self.fields["text-feel"] = Text(
                    limit=stem.limit, label=_("In your own words"), widget=forms.Textarea({"rows": 2})
                )
            else:
                self.fields[f"text-{stem.slug}"] = _text(stem, name=name, rows=3)
            self.fields[f"text-{stem.slug}"].initial = draft.texts.get(stem.slug, "")

    def values(self) -> dict[str, Any]:
        slugs = [stem.slug for stem in self.questions.words]
        texts = {slug: self.valid.get(f"text-{slug}", self.before.get(slug, "")) for slug in slugs}
        ours = {key: text for key, text in self.before.items() if key.startswith(OWN)}
        return {"texts": texts | ours, **self.feelings_values()}
