"""Addresses of this room."""

from django.urls import path

from checkins.journal import views

urlpatterns = [
    path("journal/", views.journal, name="journal"),
    path("journal/find/", views.find, name="journal_find"),
    path("journal/new/", views.write, name="journal_write"),
    path("journal/<uuid:entry>/", views.entry, name="journal_entry"),
    path("journal/<uuid:entry>/change/", views.change, name="journal_change"),
    path("journal/<uuid:entry>/copy/", views.excerpt, name="journal_excerpt"),
    path("journal/<uuid:entry>/file/", views.save_as, name="journal_file"),
    path("journal/<uuid:entry>/throw/", views.throw_away, name="journal_throw"),
    path("journal/<uuid:entry>/back/", views.bring_back, name="journal_back"),
    path("journal/<uuid:entry>/gone/", views.let_go, name="journal_gone"),
]
