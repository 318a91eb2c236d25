"""The line: who waits, in which order, for which agents, and for how long still."""
