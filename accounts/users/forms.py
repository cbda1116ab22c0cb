"""Forms about a person."""

from django import forms


class SignUp(forms.Form):
    """Placeholder base of the sign-up form."""
