"""Six made-up couples, one on each programme: who they are, what they do, and what either may see of it."""
