metadata(description="A weather station", version="1.0.0")
package("station", opt=3)
module("app.py")
