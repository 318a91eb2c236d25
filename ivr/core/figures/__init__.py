"""What supervisors read: tallies of what happened, and one pure function for each figure."""
