"""The made-up couple: a story told with the rooms' own verbs, on a clock that is moved."""
