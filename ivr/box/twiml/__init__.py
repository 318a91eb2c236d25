"""TwiML: its verbs as frozen values, and the strict reader."""
