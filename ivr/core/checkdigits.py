"""Numbers that carry their own check: whether the last digit (or two) fits the others."""

_TIMES = (  # Verhoeff: the multiplication table of the dihedral group of order 10
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_TURN = (  # Verhoeff: what the permutation makes of each digit, by place from the right
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: cards, many customer and order numbers."""
    doubled = "0246813579"
    return sum(int(doubled[int(d)] if place % 2 else d) for place, d in enumerate(reversed(digits))) % 10 == 0


def verhoeff(digits: str) -> bool:
    """Verhoeff 1969: finds every wrong digit and every swap of neighbours."""
    sum_ = 0
    for place, digit in enumerate(reversed(digits)):
        sum_ = int(_TIMES[sum_][int(_TURN[place % 8][int(digit)])])
    return sum_ == 0


def mod97(digits: str) -> bool:
    """ISO 7064 MOD 97-10: the whole number leaves 1 when divided by 97."""
    return int(digits) % 97 == 1


CHECKS = {"luhn": luhn, "verhoeff": verhoeff, "mod97": mod97}


def is_right(check: str, digits: str) -> bool:
    """Whether `digits` pass the check named in the menus."""
    return CHECKS[check](digits)
