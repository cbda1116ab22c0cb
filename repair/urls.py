"""The site's addresses. Included by name, so that the roof imports no room."""

from django.urls import include, path

handler400 = "accounts.pages.errors.bad_request"
handler403 = "accounts.pages.errors.forbidden"
handler404 = "accounts.pages.errors.not_found"
handler429 = "accounts.pages.errors.too_many"  # allauth asks for it by this name
handler500 = "accounts.pages.errors.server_error"

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("accounts.users.allauth_urls")),
    path("", include("repair.rooms_urls")),
    path("", include("checkins.urls")),
]
