"""What a hotline is. Pure: no I/O, no clock, no framework; `now` is an argument."""
