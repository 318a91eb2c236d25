"""Who may do what: roles and their rights, names and passwords that will do, how long a guesser waits."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is for; each may do all that the one before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that is allowed or not."""

    MESSAGES = "messages"
    DESK = "desk"
    CALLS = "calls:read"
    CALLERS = "callers"
    MENUS = "menus"
    ACCOUNTS = "accounts"
    AGENTS = "agents"
    LINE_READ = "line:read"
    LINE = "line"
    AUDIT = "audit:read"
    METRICS = "metrics:read"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.MESSAGES, Right.DESK}),
    Role.SUPERVISOR: frozenset({Right.MESSAGES, Right.DESK, Right.CALLS, Right.LINE_READ, Right.LINE}),
    Role.ADMIN: frozenset(Right),
}

FOR_TOKENS = (Right.CALLS, Right.LINE_READ, Right.LINE, Right.AUDIT, Right.METRICS)
"""The rights a program can be given by a token: to read, and to act on the line, and nothing else."""

HERE = "this machine"
"""Who acts on a hotline in its box from its own machine. It has a space in it, so no account is called so."""


class Problem(StrEnum):
    """Why something was not done with an account, a password, a token or an agent."""

    NAME = "name"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    SHORT = "short"
    LONG = "long"
    LIKE_NAME = "like_name"
    COMMON = "common"
    DIFFERENT = "different"
    WRONG = "wrong"
    LAST_ADMIN = "last_admin"
    NO_AGENT = "no_agent"
    SKILLS = "skills"
    LANGUAGES = "languages"
    QUEUES = "queues"
    ADDRESS = "address"
    AGENT_NUMBER = "agent_number"
    PIN = "pin"


NAME = re.compile(r"[\w.@-]{1,50}")
SHORTEST = 12
LONGEST = 1_000
FEWEST_CHARACTERS = 5

COMMONEST = frozenset(
    {
        *("123123123123", "123412341234", "1234567890123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc"),
        *("adminadminadmin", "administrator", "administrator1", "changemeplease", "changemechangeme"),
        *("correcthorsebatterystaple", "hotlinehotline", "iloveyou1234", "iloveyouforever"),
        *("letmeinletmein", "matkhau12345", "matkhaumatkhau", "michaeljordan", "password12345"),
        *("password123456", "passwordpassword", "passw0rdpassw0rd", "qazwsxedcrfv", "qwerty123456"),
        *("qwerty12345678", "qwertyqwerty", "qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf"),
        *("qwertyuiopasdfghjkl", "superman1234", "thisismypassword", "trustno1trustno1", "unknownunknown"),
        *("welcome12345", "welcomewelcome", "zaq12wsxcde3"),
    }
)
"""Of the passwords that are guessed first those that are long enough, and ours."""

ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def known_as(name: str) -> str:
    """What an account is found by, however its name is typed; no database takes the character 0."""
    return unicodedata.normalize("NFKC", name.replace("\0", "").strip()).casefold()


def name_problem(name: str) -> Problem | None:
    """A name is one word, so that it stands for itself wherever it is written down."""
    return None if NAME.fullmatch(name) else Problem.NAME


def password_problem(password: str, name: str) -> Problem | None:
    """Why this is no password for the account of that name; None if it will do."""
    if len(password) < SHORTEST:
        return Problem.SHORT
    if len(password) > LONGEST:
        return Problem.LONG
    plain, own = known_as(password), known_as(name)
    if own in plain and not plain.replace(own, "").strip("0123456789 .!@-_"):
        return Problem.LIKE_NAME
    in_a_row = any(plain in row or plain[::-1] in row for row in ROWS)
    if plain in COMMONEST or len(set(plain)) < FEWEST_CHARACTERS or in_a_row:
        return Problem.COMMON
    return None


@dataclass(frozen=True, slots=True)
class Throttle:
    """So many tries at once, and one more each `every` milliseconds: it holds back, and never locks out.

    A try is counted before it is judged, so those made at the same moment all count.
    """

    kind: str
    most: int
    every: int

    def wait(self, until: int, now: int) -> int:
        """How many milliseconds to wait if all tries before are forgotten at `until`; 0 for not at all."""
        return max(0, until + self.every - self.most * self.every - now)


BY_ACCOUNT = Throttle("account", 5, 60_000)
"""Passwords for one name, whether there is such an account or not."""

BY_ADDRESS = Throttle("address", 20, 15_000)
"""Passwords from one address, whatever the names."""

BY_BROWSER = Throttle("browser", 10, 60_000)
"""Passwords in a browser its account was signed in with before: strangers who guess do not hold it back."""

PINS_BY_AGENT = Throttle("pin", 5, 60_000)
"""PINs for one agent number, whether it is anybody's or not. Nothing is counted by telephone: those who
withhold their number, or share one, would hold each other back."""

TOKENS_BY_ADDRESS = Throttle("bearer", 20, 15_000)
"""Tokens that are none, from one address."""

USES_OF_TOKEN = Throttle("token", 60, 1_000)
"""Requests with one token."""
