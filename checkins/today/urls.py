"""Addresses of this room."""

from django.urls import path

from checkins.today import views

urlpatterns = [
    path("today/", views.today, name="today"),
    path("today/path/", views.path_beside, name="path_beside"),
]
