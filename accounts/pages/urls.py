"""Addresses of this room."""

from django.urls import URLPattern, path

from accounts.pages import demo, views

urlpatterns: list[URLPattern] = [
    path("", views.start, name="start"),
    path("not-for/", views.not_for, name="not_for"),
    path("terms/", views.terms, name="terms"),
    path("privacy/", views.privacy, name="privacy"),
    path("how-it-works/", views.how_exit, name="how_exit"),
    path("before/", views.before, name="before"),
    path("demo/", demo.demo, name="demo"),
    path("demo/<uuid:person>/", demo.demo_sign_in, name="demo_sign_in"),
]
