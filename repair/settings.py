"""Settings for every way of running: embedded (no DATABASE_URL) or with PostgreSQL, Redis and SMTP."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from repair import env
from repair.env import BASE_DIR
from repair.headers import *  # noqa: F403 - the part of the settings that tells browsers what a page may do
from repair.queues import *  # noqa: F403 - the part of the settings that is Celery's

TESTING = "pytest" in sys.modules
EMBEDDED = not env.text("DATABASE_URL")
DEMO = env.flag("DEMO")
DEBUG = False

SITE_NAME = env.text("SITE_NAME")
SITE_URL = (env.text("SITE_URL") or f"http://localhost:{env.number('PORT')}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
SITE_IS_LOCAL = SITE_HOST in {"localhost", "127.0.0.1", "::1"}
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [h.strip() for h in env.text("ALLOWED_HOSTS").split(",") if h.strip()] or [SITE_HOST]
if SITE_IS_LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]

DATA_DIR = BASE_DIR / env.text("DATA_DIR")
KEYS_FILE = Path(env.text("KEYS_FILE") or DATA_DIR / "keys.json")
MAILBOX_DIR = DATA_DIR / ("mailbox-demo" if DEMO else "mailbox")
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY and TESTING:
    SECRET_KEY = "only-for-tests-" + "x" * 50
elif not SECRET_KEY and EMBEDDED:
    SECRET_KEY = env.secret_file(DATA_DIR / "secret")

TEST_CLOCK_FILE = env.text("TEST_CLOCK_FILE")
FAILPOINT = env.text("KEPT_FAILPOINT") if SITE_IS_LOCAL else ""
COOLING_OFF = timedelta(hours=0 if DEMO else env.number("COOLING_OFF_HOURS"))
GRANT_DELAY_HOURS = (0, 0) if DEMO else env.hours_range("GRANT_DELAY_HOURS")
EXIT_URL = env.text("EXIT_URL")

INSTALLED_APPS = [
    "accounts",
    "repair",
    "checkins",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "accounts.pages.middleware.EveryAnswer",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.pages.middleware.PlainText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.users.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "repair.urls"
WSGI_APPLICATION = "repair.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.pages.context.frame",
            ],
            "builtins": ["accounts.pages.templatetags.kept"],
        },
    }
]

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / ("demo.sqlite3" if DEMO else "kept.sqlite3"),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
else:
    DATABASES = {"default": environ.Env.db_url_config(env.text("DATABASE_URL"))}
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
# Rate limits live in the database so that they outlast a lost or emptied Redis.
COUNTED_IN: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "accounts_cache",  # made by the migrations: accounts.users.models.CacheRow
    "KEY_FUNCTION": "accounts.users.cache.hashed_key",
    "OPTIONS": {"MAX_ENTRIES": 100_000},  # beyond that a third is thrown away, counts of guesses too
}
CACHES = {"default": COUNTED_IN}
if TESTING:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

EMAIL_URL = env.text("EMAIL_URL")
DEFAULT_FROM_EMAIL = f"{SITE_NAME} <{env.text('MAIL_FROM')}>"
MAIL_FROM = env.text("MAIL_FROM")
MAIL_LANES = 1 if EMBEDDED else max(1, env.number("MAIL_LANES"))
DISPATCH_LANES = 1 if EMBEDDED else max(1, env.number("DISPATCH_LANES"))
# Nothing is sent inside a request: whatever calls Django's mail writes an outbox row instead.
EMAIL_BACKEND = "accounts.mail.backend.RefusingBackend"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.users.backends.ConfirmedOnly"]
PASSWORD_HASHERS = ["accounts.users.hashers.Argon2id"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 15

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "checkins:today"
ACCOUNT_ADAPTER = "accounts.users.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 60 * 15
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # mail is no factor: one signs in with the new password
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "accounts:start"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_FORMS = {
    "login": "accounts.users.allauth_forms.SignIn",
    "signup": "accounts.users.allauth_forms.SignUp",
    "reauthenticate": "accounts.users.allauth_forms.Again",
    "add_email": "accounts.users.allauth_forms.NewAddress",
    "change_password": "accounts.users.allauth_forms.ChangePassword",
    "reset_password": "accounts.users.allauth_forms.ForgotPassword",
    "reset_password_from_key": "accounts.users.allauth_forms.ResetPassword",
    "confirm_password_reset_code": "accounts.users.allauth_forms.ResetCode",
    "confirm_email_verification_code": "accounts.users.allauth_forms.VerifyCode",
}
MFA_FORMS = {
    "authenticate": "accounts.users.allauth_forms.SecondStep",
    "reauthenticate": "accounts.users.allauth_forms.SecondStepAgain",
    "activate_totp": "accounts.users.allauth_forms.AppOn",
    "authenticate_webauthn": "accounts.users.allauth_forms.StepPasskey",
    "login_webauthn": "accounts.users.allauth_forms.SignInPasskey",
    "reauthenticate_webauthn": "accounts.users.allauth_forms.AgainPasskey",
    "add_webauthn": "accounts.users.allauth_forms.AddPasskey",
}
# A mailed code has six digits and three tries. The daily limits keep all tries of a day on one address below one
# in twenty thousand; allauth's own limits hold for the rest.
RATE_LIMITS = {
    "reset_password": "10/m/ip,3/m/key,15/d/key",
    "confirm_email": "1/10s/key,15/d/key",
    "login_failed": "10/m/ip,5/300s/key",
    "export": "10/h/user",
}
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False if TESTING else RATE_LIMITS
# Answers about an address take at least this long in seconds, whether or not it is known.
ANSWER_NO_SOONER_THAN = 0.0 if TESTING else 0.4
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TRUST_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_IS_LOCAL
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_ADAPTER = "accounts.users.adapter.MFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
SILENCED_SYSTEM_CHECKS: list[str] = []

SESSION_SERIALIZER = "accounts.users.serializer.Sealed"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-s" if SECURE else "s"
CSRF_COOKIE_NAME = "__Host-c" if SECURE else "c"
LANGUAGE_COOKIE_NAME = "__Host-l" if SECURE else "l"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.pages.late.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Idle and absolute limits by role, read by accounts.users.middleware (handbook S2).
SESSION_LIMITS = {
    "partner": (timedelta(minutes=30), timedelta(hours=12)),
    "therapist": (timedelta(minutes=15), timedelta(hours=8)),
}

SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from within, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.number("TRUSTED_PROXIES") else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
# Other sites learn nothing. Not “no-referrer”: browsers then send “Origin: null” with our own forms, which the
# check against forged requests must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_HANDLERS: list[str] = []  # nothing here takes files; what is sent all the same is passed over unread

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "staticfiles"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has business with ours, not with its fonts either
WHITENOISE_USE_FINDERS = EMBEDDED or TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "repair" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "repair.logs.Lines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["out"], "level": env.text("LOG_LEVEL")},
    # Request lines and tracebacks can carry what people typed; the fixed error pages are enough.
    "loggers": {"django.request": {"level": "ERROR"}, "django.db.backends": {"level": "WARNING"}},
}
DEFAULT_EXCEPTION_REPORTER = "accounts.pages.errors.SilentReporter"
