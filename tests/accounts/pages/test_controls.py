"""The form components: their markup carries label, hint, error and choice to eye and ear alike."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template

from accounts.refusal import Refusal


class Everything(forms.Form):
    name = forms.CharField(label="Your name", help_text="A first name is enough.")
    words = forms.CharField(label="I notice", widget=forms.Textarea, max_length=10)
    code = forms.CharField(label="Code", widget=forms.TextInput(attrs={"class": "input--code"}), required=False)
    agree = forms.BooleanField(label="I agree", help_text="Later too.")
    zone = forms.ChoiceField(label="Zone", choices=[("UTC", "UTC")])
    mark = forms.TypedChoiceField(
        label="How safe", choices=[(n, n) for n in range(1, 8)], widget=forms.RadioSelect, coerce=int
    )
    mark_skip = forms.BooleanField(label="I’d rather not answer this", required=False)
    sees = forms.ChoiceField(
        label="Who sees this", choices=[("all", "All"), ("me", "Only me")], widget=forms.RadioSelect
    )
    sees.option_help = {"me": "Shown as if you had skipped."}
    days = forms.MultipleChoiceField(
        label="Days", choices=[("mon", "Monday"), ("tue", "Tuesday")], widget=forms.CheckboxSelectMultiple
    )


def show(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def test_text_field_ties_label_hint_and_input() -> None:
    html = show("{% field form.name %}", form=Everything())
    assert '<label for="id_name">Your name</label>' in html
    assert '<p class="hint" id="id_name_helptext">A first name is enough.</p>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'class="input"' in html


def test_field_with_problem_says_so_before_the_input() -> None:
    html = show("{% field form.name %}", form=Everything({"name": ""}))
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert html.index("id_name_error") < html.index("<input")
    assert "id_name_error" in html.split('aria-describedby="')[1].split('"')[0]


def test_long_text_counts_and_is_never_cut_off_by_the_browser() -> None:
    form = Everything({"words": "twelve chars"})
    html = show("{% field form.words %}", form=form)
    assert "12 of 10 characters" in html
    assert "maxlength" not in html
    assert "twelve chars</textarea>" in html
    assert "id_words_error id_words_count" in html


def test_a_line_break_counts_once() -> None:
    assert "3 of 10" in show("{% field form.words %}", form=Everything({"words": "a\r\nb"}))


def test_extra_classes_of_a_widget_stay() -> None:
    assert 'class="input input--code"' in show("{% field form.code %}", form=Everything())


def test_one_checkbox_is_a_tick_with_its_hint() -> None:
    html = show("{% field form.agree %}", form=Everything())
    assert '<label class="tick"><input type="checkbox"' in html
    assert 'class="input"' not in html
    assert '<small id="id_agree_helptext">Later too.</small>' in html


def test_scale_has_seven_radios_and_none_is_chosen() -> None:
    html = show("{% scale form.mark form.mark_skip %}", form=Everything())
    assert html.count('type="radio"') == 7
    assert "checked" not in html
    assert 'aria-label="1, not at all"' in html
    assert 'aria-label="7, completely"' in html
    assert 'name="mark_skip"' in html


def test_scale_keeps_what_was_chosen_and_marks_a_problem() -> None:
    html = show("{% scale form.mark %}", form=Everything({"mark": "5"}))
    assert 'value="5" id="id_mark_4" aria-label="5" checked' in html
    assert html.count("checked") == 1
    assert "data-error" in show("{% scale form.mark %}", form=Everything({"mark": "9"}))


def test_scale_takes_the_ends_of_its_field() -> None:
    form = Everything()
    form.fields["mark"].ends = ("Far", "Near")
    html = show("{% scale form.mark %}", form=form)
    assert "<span>Far</span><span>Near</span>" in html
    assert 'aria-label="4"' in html


def test_choices_and_chips_have_nothing_chosen_at_first() -> None:
    html = show("{% choices form.sees %}{% chips form.days 'days' %}", form=Everything())
    assert "checked" not in html
    assert "<b>Only me</b><small>Shown as if you had skipped.</small>" in html
    assert '<span aria-hidden="true">Mo</span><span class="vh">Monday</span>' in html
    assert html.count('type="checkbox"') == 2


@pytest.mark.parametrize("name", ["name", "words", "agree", "zone", "mark", "sees", "days"])
def test_summary_leads_to_a_control_that_is_there(name: str) -> None:
    form = Everything({"words": "far too long for this"})
    summary = show("{% error_summary form %}", form=form)
    tag = {"mark": "scale", "sees": "choices", "days": "chips"}.get(name, "field")
    control = show(f"{{% {tag} form.{name} %}}", form=form)
    target = next(part.split('"')[0] for part in summary.split('href="#')[1:] if part.startswith(f"id_{name}"))
    assert f'id="{target}"' in control


def test_summary_is_first_in_focus_and_takes_refusals_and_sentences() -> None:
    html = show(
        "{% error_summary form refusal words %}", form=Everything(), refusal=Refusal("Not so."), words="<b>"
    )
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert "Not so." in html
    assert "&lt;b&gt;" in html


def test_summary_of_nothing_is_nothing() -> None:
    assert show("{% error_summary form None '' %}", form=Everything()) == ""


def test_names_are_escaped() -> None:
    assert show("{% who 'b' name %}", name="<i>") == '<span class="who who--b">&lt;i&gt;</span>'


def test_local_puts_an_instant_on_a_wall_clock() -> None:
    at = datetime(2026, 11, 18, 19, 30, tzinfo=UTC)
    shown = show("{{ at|local:zone|date:'H:i' }}", at=at, zone=ZoneInfo("Europe/Berlin"))
    assert shown == "20:30"
    assert show("{{ at|local:zone }}", at=None, zone="UTC") == ""
