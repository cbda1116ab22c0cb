"""Addresses of this room."""

from django.urls import URLPattern, path

from repair.boundaries import monthly_views, views

urlpatterns: list[URLPattern] = [
    path("starters/", views.starters, name="starters"),
    path("first/", views.first_lines, name="first_lines"),
    path("for-me/", monthly_views.monthly_mirror, name="monthly_mirror"),
]
