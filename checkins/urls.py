"""The addresses of the rooms of what happens over time, in the namespace `checkins`."""

from django.urls import include, path

app_name = "checkins"
urlpatterns = [
    path("", include("checkins.today.urls")),
    path("", include("checkins.hard.urls")),
    path("", include("checkins.prompts.urls")),
    path("", include("checkins.reminders.urls")),
    path("", include("checkins.progress.urls")),
    path("", include("checkins.caseload.urls")),
    path("", include("checkins.journal.urls")),
    path("", include("checkins.seasons.urls")),
    path("", include("checkins.conversations.urls")),
]
