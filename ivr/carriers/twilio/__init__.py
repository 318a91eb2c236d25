"""Twilio, and the carriers that copy it: signature, forms in, documents out, REST."""
