"""Addresses of this room."""

from django.urls import path

from checkins.reminders import later_views, views

urlpatterns = [
    path("n/<str:token>/", views.note, name="note"),
    path("evening/<uuid:prompt>/later/", later_views.later, name="later"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
