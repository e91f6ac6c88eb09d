"""What citizens said: taken in from old logs, given out and forgotten person by person."""
