"""A carrier's words: its requests read into ours, our documents written in its language.

The only room that knows the `twilio` library, its field names, its XML and its REST paths.
"""
