"""What this room does when the site starts: read the content, so that a wrong file stops the start."""

from repair.programmes.content import content

content()
