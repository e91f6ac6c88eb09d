"""Releases: what was trained, kept as it was, measured against what is live, promoted and rolled back as one."""
