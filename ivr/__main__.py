"""`python -m ivr` is `ivr`."""

from ivr.called import command
from ivr.cli import main

main(prog_name=command())
