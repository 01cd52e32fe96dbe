# A log that fits in a ring of lines.
from units import clock


class Log:
    def __init__(self, lines=16):
        self._lines = [None] * lines
        self._next = 0

    def add(self, seconds, text):
        self._lines[self._next % len(self._lines)] = (seconds, text)
        self._next += 1

    def __iter__(self):
        size = len(self._lines)
        for index in range(max(0, self._next - size), self._next):
            seconds, text = self._lines[index % size]
            yield clock(seconds) + " " + text
