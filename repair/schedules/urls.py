"""Addresses of this room."""

from django.urls import path

from repair.schedules import calendar_views, views

urlpatterns = [
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/address/", calendar_views.calendar_on, name="calendar_on"),
    path("calendar/<str:token>.ics", calendar_views.calendar_file_at, name="calendar_file"),
    path("quiet/", views.quiet_days, name="quiet_days"),
    path("quiet/<uuid:quiet>/end/", views.end_quiet_days, name="end_quiet_days"),
]
