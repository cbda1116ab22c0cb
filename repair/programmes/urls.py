"""Addresses of this room."""

from django.urls import path

from repair.programmes import ladder_views, log_views, path_views, piece_views, practice_views

urlpatterns = [
    path("path/", path_views.path, name="path"),
    path("path/mine/", path_views.story, name="story"),
    path("path/parting/", path_views.parting, name="parting"),
    path("path/ladder/", ladder_views.ladder, name="ladder"),
    path("path/<slug:programme>/", path_views.programme, name="programme"),
    path("practices/", practice_views.practices, name="practices"),
    path("practices/<slug:practice>/", practice_views.practice, name="practice"),
    path("practices/<slug:practice>/<int:step>/", practice_views.part, name="practice_part"),
    path("practices/<slug:practice>/read/<uuid:piece>/", piece_views.read, name="practice_read"),
    path("practices/<slug:log>/log/", log_views.log, name="log"),
    path("practices/piece/<uuid:piece>/", piece_views.piece, name="piece"),
]
