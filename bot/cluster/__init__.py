"""The set-up of several machines on this one, without containers: two of each process, PostgreSQL, Redis and nginx."""
