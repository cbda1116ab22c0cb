"""What this room registers when the site starts. The content is read first: a wrong file stops the start."""

from accounts.couples import ports
from repair.programmes import climbing, holdings, paths
from repair.programmes.content import content

content()
paths.register_kind()
holdings.register_holdings()
ports.closed_parts.register(holdings.closed_part)
ports.on_linked.register(paths.begin)
ports.on_linked.register(climbing.begin)
ports.on_standing_changed.register(climbing.standing_changed)
