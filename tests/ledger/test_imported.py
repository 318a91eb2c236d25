"""What another system tells of a call becomes the rows of one, on both databases."""

from ivr.ledger import Ledger, bulk, imported

NOON = 1_795_435_200_000
ANSWERED = (
    *("i7.00000000", NOON, NOON + 10_000, NOON + 30_000, NOON + 31_000, NOON + 90_000),
    *("answered", "sales", "an", "+84901", "+8428", "vi", NOON - 590_000),
)
GAVE_UP = (
    *("i7.00000001", NOON, NOON + 5_000, NOON + 9_000, None, None),
    *("abandoned", "sales", None, None, "+8428", "", NOON + 5_000),
)
IN_NO_QUEUE = (
    *("i7.00000002", NOON, None, None, None, None),
    *(None, None, None, "+84902", "+8428", "en", None),
)


def bring_in(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        bulk.staff(tx, ["An"], NOON)
        imported.put_down(tx, [ANSWERED, GAVE_UP, IN_NO_QUEUE], NOON)


def test_each_call_becomes_its_rows(ledger: Ledger) -> None:
    bring_in(ledger)
    with ledger.reading() as tx:
        calls = "SELECT id, caller, language, started_at, ended_at, outcome FROM call ORDER BY id"
        assert tx.rows(calls, {}) == [
            ("i7.00000000", "+84901", "vi", NOON, NOON + 90_000, "connected"),
            ("i7.00000001", None, "", NOON, NOON + 9_000, "hung_up"),
            ("i7.00000002", "+84902", "en", NOON, NOON, "hung_up"),
        ]
        visits = (
            "SELECT id, queue, entered_at, taken_at, outcome, went_to, ended_at, rank FROM visit ORDER BY id"
        )
        assert tx.rows(visits, {}) == [
            (
                "i7.00000000",
                "sales",
                NOON + 10_000,
                NOON + 30_000,
                "answered",
                "agent",
                NOON + 30_000,
                NOON - 590_000,
            ),
            ("i7.00000001", "sales", NOON + 5_000, None, "abandoned", "goodbye", NOON + 9_000, NOON + 5_000),
        ]
        assert tx.rows("SELECT visit, agent, made_at, ended_at, ending FROM offer", {}) == [
            ("i7.00000000", "an", NOON + 10_000, NOON + 30_000, "accepted")
        ]
        talks = "SELECT call, agent, caller_joined_at, answered_at, talk_ended_at, ended_at FROM talk"
        assert tx.rows(talks, {}) == [
            ("i7.00000000", "an", NOON + 31_000, NOON + 31_000, NOON + 90_000, NOON + 90_000)
        ]


def test_the_same_calls_again_change_nothing_and_are_taken_out_whole(ledger: Ledger) -> None:
    for _ in range(2):
        bring_in(ledger)
    with ledger.reading() as tx:
        assert bulk.how_many(tx, "i7.") == 3
    with ledger.transaction() as tx:
        bulk.take_out(tx, "i7", 0, NOON)
    with ledger.reading() as tx:
        for table in imported.TABLES:
            assert tx.row(f'SELECT COUNT(*) FROM "{table}"', {}) == (0,)


def test_a_server_is_never_ours_alone(ledger: Ledger) -> None:
    """A file is, until somebody else opens it."""
    with ledger.alone(imported.TABLES) as tx:
        assert (tx is None) == (ledger.file is None)
        if tx is not None:
            imported.put_down(tx, [IN_NO_QUEUE], NOON)
    with ledger.reading() as tx:
        assert bulk.how_many(tx, "i7.") == (0 if ledger.file is None else 1)
