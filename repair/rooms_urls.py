"""The addresses of the plan's rooms, in the namespace `repair`."""

from django.urls import include, path

app_name = "repair"
urlpatterns = [
    path("lines/", include("repair.plan.urls")),
    path("lines/", include("repair.boundaries.urls")),
    path("", include("repair.programmes.urls")),
    path("times/", include("repair.schedules.urls")),
]
