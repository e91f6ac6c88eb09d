"""What `guidebot eval` makes of a run: calibration, confusions, a comparison with another run, peers and a page."""
