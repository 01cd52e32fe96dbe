"""Reads a soil probe."""

from garden_scale import percent

__version__ = "0.0.0+auto.0"


class Probe:
    def __init__(self, raw):
        self.raw = raw

    @property
    def moisture(self):
        return percent(self.raw, 65535)
