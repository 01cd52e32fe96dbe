"""A lamp above the plants."""

__version__ = "0.0.0+auto.0"


class Light:
    def __init__(self):
        self.level = 0
