"""A thousand calls on three workers: each is one call, with its own passes and one end."""

from concurrent.futures import ThreadPoolExecutor

from tests.service import NUMBER, Server

CALLS = 1_000
THREADS = 8


def one_call(server: Server, number: int) -> None:
    """Every fifth hangs up in the menu, the others press their way to goodbye; every third is told twice."""
    carrier, call = server.carrier, f"CAcrowd{number}"
    times = 2 if number % 3 == 0 else 1
    for _ in range(times):
        main = carrier.call(call, f"+8490{number:07}")
    for _ in range(times):
        asked = carrier.press(main, call, "2" if number % 2 else "1")
    if number % 5:
        for _ in range(times):
            asked_again = carrier.press(asked, call, "9")
        assert asked_again.leads.endswith("/3")
    for _ in range(times):
        assert carrier.ends(call).status == 204


def test_a_thousand_calls_are_a_thousand_calls(server: Server) -> None:
    failed_before = failures(server)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda number: one_call(server, number), range(CALLS)))
    rows, ours = server.rows, "LIKE 'CAcrowd%'"
    assert rows(f"SELECT COUNT(*), COUNT(ended_at) FROM call WHERE id {ours}") == [(CALLS, CALLS)]
    assert rows(f"SELECT DISTINCT outcome, called FROM call WHERE id {ours}") == [("hung_up", NUMBER)]
    languages = f"SELECT language, COUNT(*) FROM call WHERE id {ours} GROUP BY language ORDER BY language"
    assert rows(languages) == [("en", CALLS // 2), ("vi", CALLS // 2)]
    passes = f"SELECT step, ending, COUNT(*) FROM pass WHERE call {ours} GROUP BY step, ending ORDER BY 1, 2"
    assert rows(passes) == [
        ("main", "hung_up", CALLS),
        ("main", "key", CALLS * 4 // 5),
        ("welcome", "key", CALLS),
    ]
    assert rows(f"SELECT COUNT(*) FROM answer WHERE call {ours}") == [(CALLS * 2 + CALLS * 4 // 5,)]
    assert failures(server) == failed_before


def failures(server: Server) -> int:
    """How often a webhook failed so far."""
    return server.log.read_text().count("a webhook failed")
