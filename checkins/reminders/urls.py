"""Addresses of this room."""

from django.urls import path

from checkins.reminders import views

urlpatterns = [
    path("n/<str:token>/", views.note, name="note"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
