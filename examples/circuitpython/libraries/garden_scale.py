"""Numbers for people."""

__version__ = "0.0.0+auto.0"


def percent(value, whole):
    return 100 * value // whole
