"""The table of a soak."""

import os
from collections.abc import Iterator, Mapping, Sequence

from tests.bench.soak.evidence import Evidence
from tests.bench.soak.troubles import FLUSHED, FROZEN, GONE, KILLED, LOCKED

WIDTH = 62
MOST_NAMED = 5

Row = tuple[str, object]


def table(known: Evidence, broken: Mapping[str, Sequence[str]]) -> str:
    """Everything that happened, and every promise: how often it was broken, and by what."""
    lines = [f"{name:<{WIDTH}}{value:>10}" for name, value in _figures(known)]
    lines.append("")
    for promise, breaches in broken.items():
        lines.append(f"{promise:<{WIDTH}}{'kept' if not breaches else f'{len(breaches)} broken':>10}")
        lines += [f"    {breach}" for breach in breaches[:MOST_NAMED]]
        if len(breaches) > MOST_NAMED:
            lines.append(f"    and {len(breaches) - MOST_NAMED} more")
    return "\n".join(lines)


def _figures(known: Evidence) -> Iterator[Row]:
    plan, done = known.plan, known.done
    yield "seconds, of which callers lived so many times as many", f"{plan.seconds:.0f} × {plan.speed:g}"
    yield "processes that want a CPU, and how many there are", f"{os.getloadavg()[1]:.1f} / {os.cpu_count()}"
    yield "callers", len(known.calls)
    yield "  who would have talked on at the end", known.cut
    yield "  who heard a fallback document", len(known.fell_back & known.placed)
    yield "menus published", done["published"]
    yield "  refused for a mistake", done["refused"]
    yield "  rolled back", done["rolled back"]
    yield "  put off, the database being away", done["put off"]
    yield "workers killed", known.count(KILLED)
    yield "Redis flushed", known.count(FLUSHED)
    yield "  frozen", f"{known.count(FROZEN)} ({known.seconds(FROZEN):.0f} s)"
    yield "  killed and started again", f"{known.count(GONE)} ({known.seconds(GONE):.0f} s)"
    yield "the database locked", f"{known.count(LOCKED)} ({known.seconds(LOCKED):.0f} s)"
    yield from _requests(known)
    yield from _ends(known)


def _requests(known: Evidence) -> Iterator[Row]:
    yield "requests", len(known.tries)
    held = [one for one in known.failed if known.in_killed_hands(one)]
    lost = [one for one in known.failed if not known.saved_by_retry(one)]
    yield "  failed", len(known.failed)
    yield "    in the hands of a killed worker", len(held)
    yield "    saved by the carrier's retry", len(known.failed) - len(lost)
    yield "    saved by the fallback documents", sum(one.call in known.fell_back for one in lost)
    yield "  answered with: ask again in a moment", sum(one.puts_off for one in known.tries)
    seconds = sorted(one.seconds for one in known.tries if not one.is_notice)
    for name, share in (("median", 0.5), ("99 %", 0.99), ("99.9 %", 0.999), ("longest", 1.0)):
        yield f"  milliseconds until a caller is answered: {name}", f"{_at(seconds, share) * 1000:.0f}"


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def _ends(known: Evidence) -> Iterator[Row]:
    """Who told us the end of the calls."""
    sources = known.rows("SELECT end_source, COUNT(*) FROM call GROUP BY end_source ORDER BY end_source")
    yield from ((f"calls whose end was told by: {source}", count) for source, count in sources)
