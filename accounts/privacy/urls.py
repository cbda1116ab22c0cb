"""Addresses of this room."""

from django.urls import URLPattern, path

from accounts.privacy import views

urlpatterns: list[URLPattern] = [
    path("you/export/", views.export, name="export"),
    path("you/delete/", views.delete, name="delete"),
    path("you/undo/", views.undo_delete, name="undo_delete"),
]
