"""The roof (settings, entrances, clock) and the rooms of the plan."""
