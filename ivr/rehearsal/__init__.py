"""Box and service together: written phone calls, random callers and load."""
