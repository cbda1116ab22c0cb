"""The forms that say who sees a sheet: at the last step, and later to show less."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from checkins.prompts.forms import StepForm
from checkins.prompts.own import OwnQuestion
from checkins.prompts.sheets import Share
from repair.programmes.content import QuestionSet

ALONE = "none"


class ShareForm(StepForm):
    """Who sees this. Nothing is chosen the first time; later the last choice stands there.

    With `most` only what shows no more than that is offered.
    """

    def __init__(
        self,
        *args: Any,
        questions: QuestionSet,
        answered: list[str],
        name: str,
        hour: str,
        share: str = "",
        case: bool = True,
        private: tuple[str, ...] = (),
        most: Share = Share.ALL,
        most_case: bool = True,
        ours: Mapping[str, OwnQuestion] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.line = any(not question.is_mark for question in ours.values())
        self.weekly = bool(questions.words)
        chosen = Share(share) if share else None
        if self.weekly:
            self._words_and_marks(name=name, hour=hour, chosen=chosen, case=case, most=most, most_case=most_case)
        else:
            self._one_question(name=name, hour=hour, chosen=chosen, most=most)
        asked = [(mark.slug, mark.topic) for mark in questions.marks]
        asked += [(key, question.text) for key, question in ours.items()]
        topics = [(slug, topic) for slug, topic in asked if slug in answered]
        self.fields["private"] = forms.MultipleChoiceField(
            choices=topics,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=_("Keep single marks to yourself"),
            help_text=_("Shown as if you had not answered that question."),
            initial=[slug for slug in private if slug in answered],
        )
        self.has_marks = bool(topics)

    @property
    def summary_note(self) -> str:
        return _("Nothing has been sent to anyone.")

    def _choice(self, label: str, options: list[tuple[str, str, str]], initial: str | None) -> forms.ChoiceField:
        field: Any = forms.ChoiceField(
            choices=[(value, words) for value, words, _help in options],
            widget=forms.RadioSelect,
            label=label,
            initial=initial,
            error_messages={"required": _("Choose who sees this."), "invalid_choice": _("Choose who sees this.")},
        )
        field.option_help = {value: words for value, _label, words in options}
        return field  # type: ignore[no-any-return]

    def _one_question(self, *, name: str, hour: str, chosen: Share | None, most: Share) -> None:
        options = [
            (
                Share.ALL,
                _("My marks and my words") if self.line else _("My marks and my word"),
                _("%(name)s reads them %(hour)s, if both of you shared. The marks join the timeline."),
            ),
            (
                Share.MARKS,
                _("My marks only"),
                _("The timeline draws them, if both of you shared a mark. The words stay with you.")
                if self.line
                else _("The timeline draws them, if both of you shared a mark. The word stays with you."),
            ),
            (Share.NONE, _("Only me"), _("Shown as if you had skipped.")),
        ]
        self.fields["who"] = self._choice(
            _("This minute goes to"),
            [
                (s.value, label, text % {"name": name, "hour": hour})
                for s, label, text in options
                if s.within(most)
            ],
            chosen.value if chosen else None,
        )

    def _words_and_marks(
        self, *, name: str, hour: str, chosen: Share | None, case: bool, most: Share, most_case: bool
    ) -> None:
        only_me = (ALONE, _("Only me"), _("Shown as if you had skipped."))
        words = [
            ("pair", name, _("%(hour)s, if both of you shared words.") % {"hour": hour[:1].upper() + hour[1:]}),
            (
                "case",
                _("%(name)s, and a therapist you have both let in") % {"name": name},
                _("A therapist reads them only around a session, and only what you have both opened."),
            ),
        ]
        marks = [("pair", _("Both of us, on the timeline"), _("Drawn where both of you shared a mark."))]
        words = words if most_case else words[:1]
        self.fields["words"] = self._choice(
            _("Your words"),
            [*(words if most.words else []), only_me],
            None if chosen is None else (("case" if case else "pair") if chosen.words else ALONE),
        )
        self.fields["marks"] = self._choice(
            _("Your marks and reports"),
            [*(marks if most.marks else []), only_me],
            None if chosen is None else ("pair" if chosen.marks else ALONE),
        )

    @property
    def share(self) -> Share:
        """What was chosen. Only for a valid form."""
        if not self.weekly:
            return Share(self.cleaned_data["who"])
        return Share.of(marks=self.cleaned_data["marks"] != ALONE, words=self.cleaned_data["words"] != ALONE)

    @property
    def case(self) -> bool:
        """Whether a therapist whom both let in may read the words too."""
        return not self.weekly or self.cleaned_data["words"] != "pair"

    def values(self) -> dict[str, Any]:
        """The choice as a draft keeps it; nothing where it is not whole."""
        if self.errors:
            return {}
        return {"share": self.share.value, "private": tuple(self.cleaned_data["private"]), "case": self.case}
