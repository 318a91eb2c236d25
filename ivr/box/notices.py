"""The standard parameters that go with every request about a leg."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.box.leg import Leg


def call_fields(leg: "Leg") -> list[tuple[str, str]]:
    """Contract §1.1."""
    fields = [
        ("CallSid", leg.sid),
        ("AccountSid", leg.exchange.account_sid),
        ("ApiVersion", "2010-04-01"),
        ("From", leg.from_),
        ("To", leg.to),
        ("Caller", leg.from_),
        ("Called", leg.to),
        ("FromCity", ""),
        ("ToCity", ""),
        ("CallStatus", leg.status),
        ("Direction", leg.direction),
    ]
    return [*fields, ("ParentCallSid", leg.parent.sid)] if leg.parent else fields
