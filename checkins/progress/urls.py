"""Addresses of this room."""

from django.urls import path

from checkins.progress import views

urlpatterns = [
    path("story/", views.timeline, name="timeline"),
    path("story/plain/", views.hide_chart, name="hide_chart"),
    path("story/mark/", views.mark, name="mark_evening"),
    path("story/mark/<uuid:mark>/", views.marked, name="marked_evening"),
    path("story/mark/<uuid:mark>/remove/", views.remove, name="remove_marked_evening"),
]
