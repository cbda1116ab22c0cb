"""Addresses of the sign-in pages, each with its rule."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
