"""The entrance for web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "repair.settings")
application = get_wsgi_application()

from repair.checks import refuse_unsafe_start  # noqa: E402 - the settings must be there first

refuse_unsafe_start()
