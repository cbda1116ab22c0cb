"""Addresses of this room."""

from django.urls import path

from checkins.conversations import talk_views, topic_views

urlpatterns = [
    path("talks/", topic_views.overview, name="talks"),
    path("talks/new/", topic_views.new, name="topic_new"),
    path("talks/about/<uuid:topic>/", topic_views.topic, name="topic"),
    path("talks/about/<uuid:topic>/do/", topic_views.topic_do, name="topic_do"),
    path("talks/about/<uuid:topic>/time/", topic_views.offer, name="talk_offer"),
    path("talks/<uuid:talk>/", talk_views.talk, name="talk"),
    path("talks/<uuid:talk>/now/", talk_views.version, name="talk_now"),
    path("talks/<uuid:talk>/do/", talk_views.press, name="talk_do"),
    path("talks/<uuid:talk>/not-today/", talk_views.not_today, name="talk_not_today"),
    path("talks/<uuid:talk>/after/", talk_views.after, name="talk_after"),
]
