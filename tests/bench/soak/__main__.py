"""The command: a soak, its table, and exit code 1 if a promise was broken."""

import argparse
import secrets
import sys

from tests.bench.soak.plan import Plan
from tests.bench.soak.soaking import soak


def main() -> int:
    plan = _asked()
    print(f"Soak with --seed {plan.seed}, {plan.workers} workers, {plan.database}", flush=True)
    soaked = soak(plan, tell=lambda news: print(news, file=sys.stderr, flush=True))
    print(soaked.table)
    return any(soaked.broken.values())


def _asked() -> Plan:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="how long it storms")
    parser.add_argument("--speed", type=float, default=usual.speed, help="how much faster callers live")
    parser.add_argument(
        "--calls-per-second", type=float, default=usual.calls_per_second, help="in callers' time"
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=usual.database)
    parser.add_argument("--seed", default=str(secrets.randbelow(100_000)))
    given = parser.parse_args()
    return Plan(given.minutes, given.speed, given.calls_per_second, given.database, given.seed)


if __name__ == "__main__":
    sys.exit(main())
