"""Addresses of this room."""

from django.urls import path

from accounts.audit import views

urlpatterns = [path("helper/visits/", views.visits, name="visits")]
