"""What this room registers when the site starts, and the words it reads then: a wrong file stops the start."""

from repair.boundaries import mirror
from repair.boundaries.kinds import register_kinds

register_kinds()
mirror.themes()
mirror.transparency()
mirror.held_back()
