"""Addresses of this room."""

from django.urls import path

from checkins.seasons import giving_views, nearness_views, views

urlpatterns = [
    path("jar/", views.jar, name="jar"),
    path("jar/<uuid:slip>/out/", views.take_out, name="take_out"),
    path("season/", views.season, name="season"),
    path("season/<int:number>/", views.season_page, name="season_page"),
    path("thanks/", giving_views.thanks, name="thanks"),
    path("near/", nearness_views.near, name="near"),
    path("letters/", giving_views.letters, name="letters"),
    path("days-ahead/", giving_views.heavy_days, name="heavy_days"),
    path("moments/", giving_views.moments, name="moments"),
    path("ungive/<uuid:given>/", giving_views.ungive, name="ungive"),
]
