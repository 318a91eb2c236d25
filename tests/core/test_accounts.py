"""Names and passwords that will do, and how long whoever guesses is held back."""

import pytest

from ivr.core.accounts import (
    COMMONEST,
    RIGHTS,
    SHORTEST,
    Problem,
    Role,
    Throttle,
    known_as,
    name_problem,
    password_problem,
)

MINUTE = 60_000
THREE_A_MINUTE = Throttle("any", 3, MINUTE)


@pytest.mark.parametrize("name", ["mai", "Mai.Nguyễn", "lan_2", "lan@example.com", "x" * 50])
def test_a_name_is_one_word(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "name", ["", " ", "this machine", "command by root", "token x", "a/b", "a\0b", "a\n", "x" * 51, "<b>"]
)
def test_what_could_stand_for_something_else_is_no_name(name: str) -> None:
    assert name_problem(name) is Problem.NAME


def test_a_name_is_known_however_it_is_typed() -> None:
    assert known_as(" MAI ") == known_as("mai")
    assert known_as("Nguyễn") == known_as("NGUYỄN")


@pytest.mark.parametrize(
    "password", ["bát phở sáng nay", "correct horse battery staple", "Tr0ub4dor&3x!", "7f3e9a01c5d2"]
)
def test_a_password_that_will_do(password: str) -> None:
    assert password_problem(password, "mai") is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", Problem.SHORT),
        ("elevenchars", Problem.SHORT),
        ("x" * 1_001, Problem.LONG),
        ("nguyenthimai", Problem.LIKE_NAME),
        ("NguyenThiMai2026!", Problem.LIKE_NAME),
        ("nguyenthimainguyenthimai", Problem.LIKE_NAME),
        ("password12345", Problem.COMMON),
        ("QwertyUiop123", Problem.COMMON),
        ("aaaaaaaaaaaaaaaa", Problem.COMMON),
        ("abababababab", Problem.COMMON),
        ("123456789012", Problem.COMMON),
        ("210987654321", Problem.COMMON),
        ("abcdefghijklm", Problem.COMMON),
    ],
)
def test_a_password_that_will_not_do(password: str, problem: Problem) -> None:
    assert password_problem(password, "NguyenThiMai") is problem


def test_the_commonest_passwords_are_all_refused_and_all_needed() -> None:
    for password in COMMONEST:
        assert len(password) >= SHORTEST
        assert password_problem(password.upper(), "mai") is Problem.COMMON


def test_each_role_may_all_that_the_one_before_it_may() -> None:
    agent, supervisor, admin = (RIGHTS[role] for role in Role)
    assert agent < supervisor < admin


def test_so_many_tries_at_once_and_then_one_each_minute() -> None:
    now, until = 1_000_000, 0
    for _ in range(3):
        assert THREE_A_MINUTE.wait(until, now) == 0
        until = max(until, now) + MINUTE
    assert THREE_A_MINUTE.wait(until, now) == MINUTE
    assert THREE_A_MINUTE.wait(until, now + 59_999) == 1
    assert THREE_A_MINUTE.wait(until, now + MINUTE) == 0
    assert THREE_A_MINUTE.wait(until, now + 3 * MINUTE) == 0
