"""Addresses of this room."""

from django.urls import URLPattern, path

from accounts.safety import views

urlpatterns: list[URLPattern] = [
    path("exit", views.exit_now, name="exit"),
    path("support/", views.support, name="support"),
    path("support/own/", views.support_own, name="support_own"),
    path("support/here/", views.support_life, name="support_life"),
    path("you/support/", views.support_mine, name="support_mine"),
    path("think/", views.safety, name="safety"),
    path("limits/", views.limits, name="limits"),
]
