"""Celery's part of the settings: the broker, the queues, and when the beat knocks."""

from kombu import Exchange, Queue

from repair import env

REDIS_URL = env.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        # A task cut short is given to another worker within half a minute. Nobody waits long for a Redis that is
        # gone: its messages are hints.
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
    }
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlives any absence of Redis; 100 are less than an hour
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = bool(REDIS_URL)
CELERY_TASK_REJECT_ON_WORKER_LOST = bool(REDIS_URL)
# Sending mail has a queue of its own, so that however many workers were woken for it, the engine's beat is next in
# line. A worker started without -Q serves both.
CELERY_TASK_QUEUES = [
    Queue("celery", Exchange("celery"), routing_key="celery"),
    Queue("mail", Exchange("mail"), routing_key="mail"),
]
CELERY_TASK_ROUTES = {"accounts.send_owed": {"queue": "mail", "routing_key": "mail"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if REDIS_URL else 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"
BEAT_EVERY_SECONDS = 20
CELERY_BEAT_SCHEDULE = {
    "run-due": {
        "task": "checkins.run_due",
        "schedule": BEAT_EVERY_SECONDS,
        "options": {"expires": BEAT_EVERY_SECONDS},
    },
    "pass-dates": {
        "task": "repair.pass_dates",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "keep-house": {
        "task": "accounts.keep_house",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
}
