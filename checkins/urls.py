"""The addresses of the rooms of what happens over time, in the namespace `checkins`."""

from django.urls import include, path

app_name = "checkins"
urlpatterns = [
    path("", include("checkins.today.urls")),
    path("", include("checkins.prompts.urls")),
    path("", include("checkins.reminders.urls")),
    path("", include("checkins.progress.urls")),
    path("", include("checkins.caseload.urls")),
]
