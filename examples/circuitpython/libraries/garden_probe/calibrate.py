"""What a probe says in dry and in wet soil."""

__version__ = "0.0.0+auto.0"

DRY = 9000
WET = 52000
