"""The world outside: wake-ups between processes, mail, look-ups, recordings and speech."""
