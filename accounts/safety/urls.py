"""Addresses of this room."""

from django.urls import URLPattern, path

from accounts.safety import views

urlpatterns: list[URLPattern] = [
    path("exit", views.exit_now, name="exit"),
    path("support/", views.support, name="support"),
    path("think/", views.safety, name="safety"),
    path("limits/", views.limits, name="limits"),
]
