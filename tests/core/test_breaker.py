"""The fuse of something outside."""

from ivr.core.breaker import CLOSED, Breaker, ask, failed, succeeded

NOW = 1_800_000_000_000


def broken() -> Breaker:
    breaker = CLOSED
    for failure in range(3):
        assert ask(breaker, NOW)[0], f"still closed after {failure} failures"
        breaker = failed(breaker, NOW)
    return breaker


def test_it_opens_after_three_failures_in_a_row() -> None:
    assert ask(broken(), NOW + 9_999) == (False, broken())


def test_a_success_between_failures_counts_them_anew() -> None:
    breaker = failed(failed(CLOSED, NOW), NOW)
    assert ask(failed(failed(succeeded(), NOW), NOW), NOW)[0]
    assert not ask(failed(breaker, NOW), NOW)[0]


def test_one_probe_at_a_time_finds_out_whether_it_is_back() -> None:
    allowed, probing = ask(broken(), NOW + 10_000)
    assert allowed
    assert not ask(probing, NOW + 10_001)[0], "another waits for the first one's answer"
    assert ask(succeeded(), NOW + 10_002)[0]


def test_a_failed_probe_waits_ten_seconds_again() -> None:
    _, probing = ask(broken(), NOW + 10_000)
    breaker = failed(probing, NOW + 12_000)
    assert not ask(breaker, NOW + 21_999)[0]
    assert ask(breaker, NOW + 22_000)[0]


def test_a_probe_that_never_answers_does_not_keep_it_open_for_ever() -> None:
    _, probing = ask(broken(), NOW + 10_000)
    assert ask(probing, NOW + 20_000)[0]
