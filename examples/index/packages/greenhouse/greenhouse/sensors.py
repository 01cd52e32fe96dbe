from units import celsius, percent


class Bed:
    def __init__(self, name, moisture, drying):
        self.name = name
        self.moisture = moisture
        self.drying = drying
        self.temperature = 18.0

    def step(self):
        self.moisture = max(0.0, self.moisture - self.drying)
        self.temperature += 0.7

    @property
    def dry(self):
        return self.moisture < 0.35

    def water(self):
        self.moisture = 0.8

    def __str__(self):
        return "%-9s %6s  %s" % (self.name, percent(self.moisture), celsius(self.temperature))
