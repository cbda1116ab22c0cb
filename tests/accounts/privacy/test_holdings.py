"""Every model of the three apps is named by one entry that answers for its export and its erasure."""

from django.apps import apps

from accounts.privacy import ports
from accounts.users.models import User


def test_every_model_has_an_entry_that_answers_for_it() -> None:
    named = [model for holding in ports.registered().values() for model in holding.models]
    ours = {
        model
        for app in ("accounts", "repair", "checkins")
        for model in apps.get_app_config(app).get_models(include_auto_created=False)
    }
    missing = sorted(f"{model._meta.app_label}.{model.__name__}" for model in ours - set(named))
    assert not missing, f"no room says what it holds of a person in: {missing}"


def test_no_model_is_answered_for_twice() -> None:
    named = [model for holding in ports.registered().values() for model in holding.models]
    twice = sorted({model.__name__ for model in named if named.count(model) > 1})
    assert not twice


def test_titles_are_distinct() -> None:
    titles = [str(holding.title) for holding in ports.registered().values()]
    assert len(titles) == len(set(titles))


def test_allauths_rows_are_answered_for_too() -> None:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession

    account = ports.registered()["account"]
    assert {User, EmailAddress, Authenticator, UserSession} <= set(account.models)
