"""From the published book to guide files, and from guide files to checked `Guide` objects."""
