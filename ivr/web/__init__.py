"""Flask: the carrier's webhooks, the pages people work with, and the API."""
