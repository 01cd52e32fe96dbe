metadata(description="Counts greetings", version="0.2.0")
package("tally")
