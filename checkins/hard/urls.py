"""Addresses of this room."""

from django.urls import path

from checkins.hard import views

urlpatterns = [
    path("tonight/", views.hard, name="hard"),
    path("tonight/up/<slug:card>/", views.hold, name="hold"),
    path("tonight/five/", views.senses, name="senses"),
    path("tonight/slow/", views.breathe, name="breathe"),
    path("tonight/later/", views.park, name="park"),
    path("tonight/call/", views.somebody, name="somebody"),
    path("tonight/tomorrow/", views.ask_tomorrow, name="ask_tomorrow"),
    path("tonight/after/", views.after, name="after"),
    path("tonight/away/<uuid:aside>/", views.put_away, name="put_away"),
]
