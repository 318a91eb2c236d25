"""What `prove` stands on: one step walked in every way, the ground that makes, the circles on it."""
