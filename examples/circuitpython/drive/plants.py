from garden_probe import Probe

try:
    from garden_light import Light
except ImportError:
    Light = None


class Plant(Probe):
    def __init__(self, name, raw):
        super().__init__(raw)
        self.name = name


ALL = [Plant("basil", 30000), Plant("mint", 41000)]
