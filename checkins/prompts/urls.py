"""Addresses of this room."""

from django.urls import path

from checkins.prompts import answers_views, reading_views, step_views, views

urlpatterns = [
    path("evening/<uuid:prompt>/", views.evening, name="evening"),
    path("evening/<uuid:prompt>/<int:step>/", step_views.step, name="step"),
    path("evening/<uuid:prompt>/skip/", views.skip, name="skip"),
    path("evening/<uuid:prompt>/sealed/", views.sealed, name="sealed"),
    path("evening/<uuid:prompt>/take-back/", views.take_back, name="take_back"),
    path("reading/<uuid:check_in>/", reading_views.evening_read, name="reading"),
    path("reading/<uuid:check_in>/choose/", reading_views.choose, name="choose"),
    path("reading/<uuid:check_in>/reply/", reading_views.reply, name="reply"),
    path("reading/<uuid:check_in>/add/", reading_views.add, name="add"),
    path("reading/<uuid:check_in>/narrow/", answers_views.narrow, name="narrow"),
    path("answers/", answers_views.my_answers, name="my_answers"),
    path("answers/<uuid:prompt>/", answers_views.answer, name="answer"),
]
