"""The figures once more, from the bare rows and by hand: nothing of the product is used to count them.

It reads whole tables and loops: slow, plain, and written from the definitions in `docs/figures.md`.
"""

from collections.abc import Iterable
from math import ceil
from typing import Any

from ivr.ledger import Ledger

Rows = list[dict[str, Any]]
WEEK, DAY = 7 * 86_400_000, 86_400_000


def table(ledger: Ledger, name: str, *columns: str) -> Rows:
    with ledger.reading(60) as tx:
        rows = tx.rows(f'SELECT {", ".join(columns)} FROM "{name}"', {})
    return [dict(zip(columns, row, strict=True)) for row in rows]


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def mean(values: Iterable[float]) -> float | None:
    each = list(values)
    return sum(each) / len(each) / 1000 if each else None


def rank(values: list[int], percent: int) -> float | None:
    return sorted(values)[ceil(len(values) * percent / 100) - 1] / 1000 if values else None


class Recount:
    """A ledger as lists of rows."""

    def __init__(self, ledger: Ledger) -> None:
        self.calls = table(
            ledger, "call", "id", "caller", "called", "language", "started_at", "ended_at", "outcome"
        )
        self.visits = table(
            ledger,
            *("visit", "id", "call", "kind", "queue", "language", "entered_at", "ended_at", "taken_at"),
            *("outcome", "went_to", "target"),
        )
        self.talks = table(
            ledger,
            *("talk", "offer", "visit", "call", "agent", "queue", "answered_at", "held", "talk_ended_at"),
            *("ended_at", "agent_joined_at", "caller_joined_at", "onward"),
        )
        self.offers = table(ledger, "offer", "id", "agent", "queue", "ended_at", "ending")
        self.spans = table(ledger, "span", "agent", "status", "activity", "since", "ended_at")
        self.passes = table(ledger, "pass", "call", "hop", "step", "option", "ending", "goal")
        self.callbacks = table(ledger, "callback", "asked_at", "ended_at", "ending", "tries", "queue")
        self.answers = table(
            ledger,
            *("survey_answer", "call", "step", "question", "asked_at", "answered_at", "value", "talk"),
            *("agent", "queue", "language", "called"),
        )
        self.messages = {row["call"] for row in table(ledger, "message", "call")}
        self.by_id = {call["id"]: call for call in self.calls}

    def line(self, since: int, until: int, **only: str) -> dict[str, float | None]:
        """The figures of the line of a time, of a queue, a language or a number called."""

        def wanted(row: dict[str, Any]) -> bool:
            known = {**row, "called": self.by_id[row["call"]]["called"]}
            return all(known[name] == value for name, value in only.items())

        visits = [row for row in self.visits if row["kind"] == "call" and wanted(row)]
        came = [row for row in visits if since <= row["entered_at"] < until]
        left = [row for row in visits if row["ended_at"] and since <= row["ended_at"] < until]
        how = {
            name: [row for row in left if row["outcome"] == name]
            for name in (
                *("answered", "abandoned", "key", "callback", "timeout", "no_agents", "closed"),
                *("transferred", "error"),
            )
        }
        answered, abandoned = how["answered"], how["abandoned"]
        out = [row for row in left if row["outcome"] not in ("answered", "abandoned", "error")]
        short = [row for row in abandoned if waited(row) <= 5_000]
        quick = [row for row in answered if waited(row) <= (row["target"] or 20_000)]
        gone_quickly = [row for row in abandoned if waited(row) <= (row["target"] or 20_000)]
        promised_quickly = [row for row in how["callback"] if waited(row) <= (row["target"] or 20_000)]
        talks = [
            row
            for row in self.talks
            if row["ended_at"]
            and since <= row["ended_at"] < until
            and row["answered_at"]
            and self._mine(row, only)
        ]
        known = [row for row in answered if self.by_id[row["call"]]["caller"]]
        returned = [row for row in known if self._returned(row)]
        asked = [row for row in self.callbacks if "queue" not in only or row["queue"] == only["queue"]]
        over = [row for row in asked if row["ended_at"] and since <= row["ended_at"] < until]
        return {
            "offered": len(came),
            "answered": len(answered),
            "abandoned": len(abandoned),
            "short_abandoned": len(short),
            "flow_out": len(out),
            "left_by_key": len(how["key"]),
            "left_for_callback": len(how["callback"]),
            "timed_out": len(how["timeout"]),
            "left_empty": len(how["no_agents"]),
            "closed_on": len(how["closed"]),
            "moved_on": len(how["transferred"]),
            "lost_to_errors": len(how["error"]),
            "went_to_voicemail": sum(row["went_to"] == "voicemail" for row in out),
            "went_to_queue": sum(row["went_to"] == "queue" for row in out),
            "went_to_number": sum(row["went_to"] == "number" for row in out),
            "went_to_menu": sum(row["went_to"] == "menu" for row in out),
            "said_goodbye": sum(row["went_to"] == "goodbye" for row in out),
            "average_speed_of_answer": mean(map(waited, answered)),
            "average_abandon_time": mean(map(waited, abandoned)),
            "wait_p50": rank([waited(row) for row in answered], 50),
            "wait_p90": rank([waited(row) for row in answered], 90),
            "every_wait_p50": rank([waited(row) for row in left], 50),
            "every_wait_p90": rank([waited(row) for row in left], 90),
            "longest_wait": max((waited(row) / 1000 for row in left), default=None),
            "service_level": share(len(quick), len(answered) + len(abandoned) - len(short)),
            "service_level_with_flow_outs": share(
                len(quick), len(answered) + len(abandoned) - len(short) + len(out)
            ),
            "service_level_connect": share(len(quick) + len(gone_quickly) + len(promised_quickly), len(came)),
            "service_level_asterisk": share(len(quick), len(answered)),
            "service_level_asterisk_2": share(len(quick) + len(gone_quickly), len(answered) + len(abandoned)),
            "service_level_strict": share(len(quick), len(came)),
            "answered_in_three_minutes": share(sum(waited(row) <= 180_000 for row in answered), len(came)),
            "abandon_rate": share(len(abandoned) - len(short), len(came) - len(short)),
            "abandon_rate_connect": share(len(abandoned), len(came)),
            "solved_at_first_call": share(len(known) - len(returned), len(known)),
            "callbacks_asked": sum(since <= row["asked_at"] < until for row in asked),
            "callbacks_reached": sum(row["ending"] == "reached" for row in over),
            "callbacks_not_reached": sum(row["ending"] == "not_reached" for row in over),
            "callback_tries": share(sum(row["tries"] for row in over), len(over)),
            **handling(talks),
            **self._voices(since, until, **only),
        }

    def _voices(self, since: int, until: int, **only: str) -> dict[str, float | None]:
        """What callers said, of surveys that began in a time."""
        surveys: dict[tuple[str, str | None], Rows] = {}
        for row in sorted(self.answers, key=lambda row: (row["asked_at"], row["step"])):
            surveys.setdefault((row["call"], row["talk"]), []).append(row)
        asked = [
            rows
            for rows in surveys.values()
            if since <= rows[0]["asked_at"] < until
            and all(rows[0][name] == value for name, value in only.items())
        ]
        said: dict[str, list[int]] = {"satisfaction": [], "recommendation": [], "solved": []}
        for row in (row for rows in asked for row in rows):
            if row["answered_at"] is not None:
                said[row["question"]].append(row["value"])
        answered = [rows for rows in asked if any(row["answered_at"] is not None for row in rows)]
        would = said["recommendation"]
        score = share(sum(each > 8 for each in would) - sum(each < 7 for each in would), len(would))
        return {
            "satisfaction": share(sum(each > 3 for each in said["satisfaction"]), len(said["satisfaction"])),
            "net_promoter_score": None if score is None else score * 100,
            "solved": share(said["solved"].count(1), len(said["solved"])),
            "response_rate": share(len(answered), len(asked)),
        }

    def _mine(self, talk: dict[str, Any], only: dict[str, str]) -> bool:
        visit = next(row for row in self.visits if row["id"] == talk["visit"])
        known = {**visit, "queue": talk["queue"], "called": self.by_id[talk["call"]]["called"]}
        return visit["kind"] == "call" and all(known[name] == value for name, value in only.items())

    def _returned(self, visit: dict[str, Any]) -> bool:
        caller = self.by_id[visit["call"]]["caller"]
        return any(
            earlier["queue"] == visit["queue"]
            and earlier["outcome"] == "answered"
            and earlier["ended_at"] < visit["entered_at"]
            and earlier["call"] != visit["call"]
            and self.by_id[earlier["call"]]["caller"] == caller
            and visit["entered_at"] - WEEK <= self.by_id[earlier["call"]]["started_at"] < visit["entered_at"]
            for earlier in self.visits
        )

    def agent(self, since: int, until: int, agent: str) -> dict[str, float | None]:
        """The figures of an agent."""
        offers = [
            row
            for row in self.offers
            if row["agent"] == agent and row["ended_at"] and since <= row["ended_at"] < until
        ]
        counts = {
            ending: sum(row["ending"] == ending for row in offers)
            for ending in ("accepted", "declined", "missed", "caller_gone", "withdrawn")
        }
        time: dict[str, int] = {"idle": 0, "offered": 0, "talking": 0, "wrapping_up": 0, "on_break": 0}
        for span in self.spans:
            if span["agent"] == agent and span["ended_at"] is not None:
                lasted = min(until, span["ended_at"]) - max(since, span["since"])
                state = (
                    span["activity"]
                    if span["activity"] != "idle" or span["status"] == "ready"
                    else span["status"]
                )
                if lasted > 0 and state in time:
                    time[state] += lasted
        busy, whole = time["talking"] + time["wrapping_up"], sum(time.values())
        talks = [
            row
            for row in self.talks
            if row["agent"] == agent and row["ended_at"] and since <= row["ended_at"] < until
        ]
        return {
            "offers": len(offers),
            "accepted": counts["accepted"],
            "declined": counts["declined"],
            "missed_offers": counts["missed"],
            "caller_gone": counts["caller_gone"],
            "withdrawn": counts["withdrawn"],
            "answer_rate": share(
                counts["accepted"], counts["accepted"] + counts["declined"] + counts["missed"]
            ),
            "occupancy": share(busy, busy + time["idle"]),
            "utilisation": share(busy + time["idle"], whole),
            "signed_in_time": whole / 1000 or None,
            "idle_time": time["idle"] / 1000 if whole else None,
            "break_time": time["on_break"] / 1000 if whole else None,
            **handling(talks),
            **self._voices(since, until, agent=agent),
        }

    def call(self, since: int, until: int) -> dict[str, float | None]:
        """The figures of calls."""
        calls = [row for row in self.calls if since <= row["started_at"] < until]
        away = [row for row in calls if row["outcome"] in ("blocked", "too_many")]
        over = [row for row in calls if row["ended_at"] is not None and row not in away]
        queued = {row["call"] for row in self.visits}
        routed = [
            row
            for row in over
            if row["id"] in queued | self.messages or row["outcome"] in ("message", "connected")
        ]
        alone = [row for row in over if row not in routed]
        helped = {row["call"] for row in self.passes if row["goal"]}
        contained = [row for row in alone if row["id"] in helped]
        answers: dict[str, int] = {}
        for talk in self.talks:
            if talk["answered_at"] is not None:
                answers[talk["call"]] = min(
                    talk["answered_at"], answers.get(talk["call"], talk["answered_at"])
                )
        came_back = [row for row in over if self._came_back(row, queued)]
        return {
            "arrived": len(calls),
            "turned_away_at_once": len(away),
            "still_open": sum(row["ended_at"] is None for row in calls),
            "first_response_time": mean(
                answers[row["id"]] - row["started_at"] for row in over if row["id"] in answers
            ),
            "containment": share(len(contained), len(over)),
            "gave_up_in_menus": share(len(alone) - len(contained), len(over)),
            "routed": share(len(routed), len(over)),
            "true_containment": share(max(0, len(contained) - len(came_back)), len(over)),
        }

    def _came_back(self, call: dict[str, Any], queued: set[str]) -> bool:
        return call["caller"] is not None and any(
            earlier["caller"] == call["caller"]
            and earlier["outcome"] not in ("message", "connected")
            and any(row["call"] == earlier["id"] and row["goal"] for row in self.passes)
            and earlier["id"] not in queued | self.messages
            and earlier["id"] != call["id"]
            and call["started_at"] - DAY <= earlier["started_at"]
            and earlier["ended_at"] <= call["started_at"]
            for earlier in self.calls
        )

    def option(self, since: int, until: int, step: str, option: str) -> dict[str, float | None]:
        """The figures of one option of a step."""
        passes = [
            row
            for row in self.passes
            if row["step"] == step
            and (row["option"] or "") == option
            and since <= self.by_id[row["call"]]["started_at"] < until
            and self.by_id[row["call"]]["outcome"] not in ("blocked", "too_many")
            and self.by_id[row["call"]]["ended_at"] is not None
        ]
        how = [row["ending"] for row in passes]
        named = ("key", "silent", "wrong", "hung_up")
        return {
            "passes": len(passes),
            "callers": len({row["call"] for row in passes}),
            "picked": how.count("key"),
            "silent": how.count("silent"),
            "wrong": how.count("wrong"),
            "hung_up_there": how.count("hung_up"),
            "went_on": sum(each not in named for each in how),
        }


def waited(visit: dict[str, Any]) -> int:
    return int(visit["ended_at"] - visit["entered_at"])


def handling(talks: Rows) -> dict[str, float | None]:
    held = [row["held"] for row in talks]
    talked = [row["talk_ended_at"] - row["answered_at"] - row["held"] for row in talks]
    wrapped = [row["ended_at"] - row["talk_ended_at"] for row in talks]
    whole = sum(held) + sum(talked) + sum(wrapped)
    unknown = sum(row["agent_joined_at"] is None or row["caller_joined_at"] is None for row in talks)
    return {
        "handled": len(talks),
        "average_talk_time": mean(talked),
        "average_hold_time": mean(held),
        "average_wrap_up": mean(wrapped),
        "average_handling_time": whole / len(talks) / 1000 if talks else None,
        "total_handling_time": whole / 1000 if talks else None,
        "sent_on_rate": share(sum(row["onward"] is not None for row in talks), len(talks)),
        "inferred_answers": share(unknown, len(talks)),
    }
