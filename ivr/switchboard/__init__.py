"""The use cases: one function per thing that happens on the hotline."""
