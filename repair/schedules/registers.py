"""What this room registers when the site starts."""
