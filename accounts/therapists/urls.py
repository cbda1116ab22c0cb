"""Addresses of this room."""

from django.urls import path

from accounts.therapists import desk, views

urlpatterns = [
    path("helper/", views.helper, name="helper"),
    path("helper/code/", views.enter_code, name="enter_code"),
    path("helper/<uuid:pair>/", views.grant, name="grant"),
    path("helper/<uuid:grant>/end/", views.end, name="end_grant"),
    path("t/second-factor/", desk.two_factor, name="therapist_two_factor"),
    path("t/profile/", desk.profile, name="therapist_profile"),
    path("t/codes/", desk.therapist_codes, name="therapist_codes"),
]
