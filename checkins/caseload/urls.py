"""Addresses of this room."""

from django.urls import path

from checkins.caseload import views

urlpatterns = [
    path("cases/", views.caseload, name="caseload"),
    path("cases/<uuid:case>/", views.case, name="case"),
    path("cases/<uuid:case>/session/", views.session, name="session"),
    path("cases/<uuid:case>/signals/", views.signals, name="signals"),
    path("cases/<uuid:case>/book/", views.book, name="book"),
]
