"""Addresses of this room."""

from django.urls import URLPattern, path

from accounts.users import views

urlpatterns: list[URLPattern] = [
    path("about-you/", views.about_you, name="about_you"),
    path("you/", views.you, name="you"),
    path("you/settings/", views.settings, name="settings"),
    path("you/notes/", views.notes, name="notes"),
    path("sign-in/lost/", views.lost_codes, name="lost_codes"),
]
