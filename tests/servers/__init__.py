"""Local servers that speak the protocols of the sources, and misbehave on demand."""
