"""Argon2id at OWASP's parameters: 19 MiB, two passes, one lane (handbook performance, section 7)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """The one password hasher."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
