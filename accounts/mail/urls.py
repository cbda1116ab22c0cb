"""Addresses of this room."""

from django.urls import path

from accounts.mail import mailbox_views, views

urlpatterns = [
    path("m/<str:token>/", views.stop_mail, name="stop_mail"),
    path("mailbox/", mailbox_views.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", mailbox_views.mailbox_mail, name="mailbox_mail"),
]
