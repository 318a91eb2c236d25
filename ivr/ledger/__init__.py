"""The one truth, in SQL: calls, the line, agents, revisions, errands and their reports."""
