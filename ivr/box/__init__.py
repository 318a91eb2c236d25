"""The phone company in a box: it executes TwiML and rings the hotline the way a carrier would."""
