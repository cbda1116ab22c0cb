"""The addresses of the rooms about people, in the namespace `accounts`."""

from django.urls import include, path

app_name = "accounts"
urlpatterns = [
    path("", include("accounts.pages.urls")),
    path("", include("accounts.users.urls")),
    path("", include("accounts.safety.urls")),
    path("", include("accounts.couples.urls")),
    path("", include("accounts.therapists.urls")),
    path("", include("accounts.privacy.urls")),
    path("", include("accounts.mail.urls")),
    path("", include("accounts.audit.urls")),
]
