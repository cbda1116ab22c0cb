"""Addresses of this room."""

from django.urls import path

from repair.schedules import views

urlpatterns = [
    path("quiet/", views.quiet_days, name="quiet_days"),
    path("quiet/<uuid:quiet>/end/", views.end_quiet_days, name="end_quiet_days"),
]
