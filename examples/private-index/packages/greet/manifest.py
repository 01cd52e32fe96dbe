metadata(description="Greets people", version="1.0.0")
module("greet.py")
