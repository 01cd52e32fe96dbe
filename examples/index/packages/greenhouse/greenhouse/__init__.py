# Looks after plants: reads sensors, waters what is dry.
from .sensors import Bed
from .loop import run

__version__ = "0.3.1"


def report(hours=3):
    """Runs a few simulated hours and prints what happened."""
    beds = [Bed("tomatoes", 0.52, 0.06), Bed("basil", 0.41, 0.11), Bed("mint", 0.75, 0.03)]
    run(beds, hours)
