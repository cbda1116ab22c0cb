"""Addresses of this room."""

from django.urls import URLPattern, path

from repair.boundaries import views

urlpatterns: list[URLPattern] = [
    path("starters/", views.starters, name="starters"),
    path("first/", views.first_lines, name="first_lines"),
]
