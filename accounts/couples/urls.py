"""Addresses of this room."""

from django.urls import path

from accounts.couples import standing_views, views

urlpatterns = [
    path("together/", views.invite, name="invite"),
    path("together/take-back/", views.invite_take_back, name="invite_take_back"),
    path("together/withdraw/", views.withdraw, name="withdraw"),
    path("together/confirm/", views.confirm, name="confirm"),
    path("together/undo/", views.undo_link, name="undo_link"),
    path("i/", views.invitation_again, name="invitation_again"),
    path("i/answered/", views.answered, name="answered"),
    path("i/<str:secret>/", views.invitation, name="invitation"),
    path("you/nevers/", views.nevers, name="nevers"),
    path("you/rest/", standing_views.rest, name="rest"),
    path("you/rest/page/", standing_views.resting_preview, name="resting_preview"),
    path("you/resume/", standing_views.resume, name="resume"),
    path("you/leave/", standing_views.leave, name="leave"),
    path("you/closed/", standing_views.closed, name="closed"),
    path("you/closed/<uuid:couple>/", standing_views.closed_plan, name="closed_plan"),
]
