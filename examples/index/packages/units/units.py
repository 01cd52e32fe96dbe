# Numbers with units, as people read them.

_PREFIXES = (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1), ("m", 1e-3), ("u", 1e-6))


def si(value, unit, digits=1):
    """si(0.0042, "V") is "4.2 mV"."""
    size = abs(value)
    for prefix, factor in _PREFIXES:
        if size >= factor:
            return "%.*f %s%s" % (digits, value / factor, prefix, unit)
    return "%.*f %s" % (digits, value, unit)


def celsius(value):
    return "%.1f C" % value


def percent(part, whole=1):
    return "%d %%" % round(100 * part / whole)


def clock(seconds):
    return "%02d:%02d" % (seconds // 3600 % 24, seconds // 60 % 60)
