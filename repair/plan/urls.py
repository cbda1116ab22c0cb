"""Addresses of this room."""

from django.urls import URLPattern, path

from repair.plan import phase_views, stepping_views, views, writing_views

urlpatterns: list[URLPattern] = [
    path("", views.plan, name="plan"),
    path("new/<str:kind>/", writing_views.new, name="new"),
    path("draft/<uuid:draft>/", writing_views.draft, name="draft"),
    path("phase/", phase_views.phase, name="phase"),
    path("<uuid:line>/", views.line, name="line"),
    path("<uuid:line>/sign/", views.sign, name="sign"),
    path("<uuid:line>/suggest/", writing_views.suggest, name="suggest"),
    path("<uuid:line>/keep/", views.keep, name="keep"),
    path("<uuid:line>/take-back/", views.take_back, name="take_back"),
    path("<uuid:line>/withdraw/", stepping_views.step_out, name="withdraw"),
    path("<uuid:line>/end/", views.end, name="end"),
]
