"""Conferences, and callers taken from a queue: several lines of one exchange."""

from typing import Any

from ivr.box import serve
from ivr.box.phone_line import Phone, PhoneCall
from tests.box.service import HOTLINE, Service

CALLER, AGENT, SUPERVISOR = "+84901111111", "+84902222222", "+84903333333"
ROOM = "ix-7f3a"


def room(attributes: str = "", name: str = ROOM) -> str:
    told = 'statusCallback="/told" statusCallbackEvent="start end join leave"'
    return f'<Dial action="/after"><Conference {told} {attributes}>{name}</Conference></Dial>'


def town(**documents: str) -> tuple[Service, Phone]:
    """A service that answers each caller with a document of their own: by the order in which they ring."""
    service = Service().on("/voice", *documents.values()).on("/after", "<Say>Thank you.</Say>")
    service.on("/voice/status", "").on("/told", "").on("/music", '<Say>Please hold.</Say><Pause length="3"/>')
    return service, Phone(service.app)


def told(service: Service) -> list[tuple[str, str]]:
    """The conference's events in order, and the label of whom they are about."""
    events = sorted(service.forms("/told"), key=lambda form: int(form["SequenceNumber"]))
    return [(form["StatusCallbackEvent"], form.get("ParticipantLabel", "")) for form in events]


def test_the_first_hears_the_wait_document_once_until_a_second_comes() -> None:
    service, phone = town(
        caller=room('waitUrl="/music" participantLabel="caller"'), agent=room('participantLabel="agent"')
    )
    caller = phone.ring(HOTLINE, CALLER)
    phone.pass_time(60)
    assert (caller.heard, caller.doing) == (["Please hold."], "")
    agent = phone.dial(HOTLINE, AGENT)
    phone.pass_time(1)
    assert (caller.doing, agent.doing) == ("talking", "talking")
    assert told(service) == [
        ("participant-join", "caller"),
        ("participant-join", "agent"),
        ("conference-start", ""),
    ]


def test_the_end_of_the_room_does_not_hang_up_the_others() -> None:
    service, phone = town(
        caller=room('participantLabel="caller"'),
        agent=room('participantLabel="agent" endConferenceOnExit="true"'),
    )
    caller = phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    phone.dial(HOTLINE, AGENT).wait(20).hang_up()
    assert (caller.heard, caller.status) == (["Thank you."], "completed")
    after = [form for form in service.forms("/after") if form["From"] == CALLER]
    assert [(form["DialCallStatus"], form["CallStatus"]) for form in after] == [("answered", "in-progress")]
    assert "DialCallSid" not in after[0]
    assert told(service)[-3:] == [
        ("participant-leave", "agent"),
        ("conference-end", ""),
        ("participant-leave", "caller"),
    ]


def test_who_may_not_start_it_waits_for_one_who_may() -> None:
    waits = room('startConferenceOnEnter="false"')
    _, phone = town(first=waits, second=waits, third=room())
    calls = [phone.ring(HOTLINE, CALLER), phone.ring(HOTLINE, AGENT)]
    phone.pass_time(5)
    assert [call.doing for call in calls] == ["", ""]
    phone.dial(HOTLINE, SUPERVISOR)
    phone.pass_time(1)
    assert [call.doing for call in calls] == ["talking", "talking"]


def test_a_label_that_is_taken_goes_on_without_joining() -> None:
    _, phone = town(caller=room('participantLabel="caller"'), second=room('participantLabel="caller"'))
    phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    second = phone.dial(HOTLINE, AGENT)
    assert (second.heard, [fault.code for fault in second.faults]) == (["Thank you."], [16025])
    assert len(phone.exchange.conferences[ROOM].participants) == 1


def test_a_room_that_is_over_is_another_room_next_time() -> None:
    _, phone = town(caller=room())
    phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    first = phone.exchange.conferences[ROOM]
    PhoneCall(phone, next(iter(phone.exchange.legs.values()))).hang_up()
    assert first.over
    phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    assert phone.exchange.conferences[ROOM].sid != first.sid


def test_music_that_fails_keeps_the_caller_out() -> None:
    _, phone = town(caller=room('waitUrl="/nowhere"'))
    call = phone.dial(HOTLINE, CALLER)
    assert (call.heard, [fault.code for fault in call.faults]) == (["Thank you."], [11200])


def test_a_participant_led_elsewhere_by_rest_leaves_the_room() -> None:
    service, phone = town(caller=room(), agent=room())
    service.on("/aside", '<Say>A word aside.</Say><Pause length="60"/>')
    caller = phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    phone.dial(HOTLINE, AGENT)
    account = phone.exchange.account_sid
    serve(phone.exchange).test_client().post(
        f"/carrier/2010-04-01/Accounts/{account}/Calls/{caller.sid}.json",
        data={"Url": "http://127.0.0.1/aside"},
        auth=(account, "box-token-of-a-test"),
    )
    phone.pass_time(3)
    assert caller.heard == ["A word aside."]
    assert caller.sid not in phone.exchange.conferences[ROOM].participants


def queue_town() -> tuple[Service, Phone]:
    agent = '<Dial timeout="10" action="/agent"><Queue url="/joining">support</Queue></Dial>'
    enqueue = '<Enqueue waitUrl="/wait" action="/out">support</Enqueue>'
    service, phone = town(caller=enqueue, agent=agent)
    service.on("/wait", '<Pause length="30"/>').on("/out", "<Say>How was it?</Say>")
    service.on("/joining", "<Say>Connecting you.</Say>").on("/agent", "<Hangup/>")
    return service, phone


def test_an_agent_takes_the_caller_who_waited_longest() -> None:
    service, phone = queue_town()
    caller = phone.dial(HOTLINE, CALLER).wait(12)
    agent = phone.dial(HOTLINE, AGENT)
    joining = service.forms("/joining")[0]
    assert (joining["CallSid"], joining["DequeingCallSid"]) == (caller.sid, agent.sid)
    assert (caller.doing, agent.doing, caller.heard) == ("talking", "talking", ["Connecting you."])
    agent.wait(30).hang_up()
    assert service.forms("/out")[0]["QueueResult"] == "bridged"
    assert (caller.heard, caller.status) == (["Connecting you.", "How was it?"], "completed")
    assert service.forms("/agent")[0]["DialCallStatus"] == "completed"


def test_a_caller_who_hangs_up_in_conversation_frees_the_agent() -> None:
    service, phone = queue_town()
    caller = phone.dial(HOTLINE, CALLER).wait(2)
    agent = phone.dial(HOTLINE, AGENT).wait(20)
    caller.hang_up()
    assert service.forms("/out")[0]["QueueResult"] == "bridged"
    assert (service.forms("/agent")[0]["CallStatus"], agent.status) == ("in-progress", "completed")


def test_an_empty_queue_is_waited_for_and_an_unknown_one_is_an_error() -> None:
    service, phone = queue_town()
    phone.dial(HOTLINE, CALLER).wait(2).hang_up()
    phone.dial(HOTLINE, AGENT)
    assert service.forms("/agent")[0]["DialCallStatus"] == "no-answer"
    service, phone = town(agent='<Dial action="/after"><Queue>nobody</Queue></Dial>')
    phone.dial(HOTLINE, AGENT)
    assert service.forms("/after")[0]["DialCallStatus"] == "failed"


class Steering:
    """The carrier's REST interface, as the service would steer a conference with it."""

    def __init__(self, phone: Phone) -> None:
        self._phone, self._account = phone, phone.exchange.account_sid
        self._carrier = serve(phone.exchange).test_client()

    def ask(self, method: str, path: str, **fields: str) -> Any:
        answer = self._carrier.open(
            f"/carrier/2010-04-01/Accounts/{self._account}{path}.json",
            method=method,
            data=fields,
            auth=(self._account, "box-token-of-a-test"),
        )
        self._phone.pass_time(1)
        return answer.get_json(silent=True) or answer.status_code


def in_conference() -> tuple[Service, Phone, PhoneCall, PhoneCall, Steering, str]:
    events = 'statusCallback="/told" statusCallbackEvent="start end join leave mute hold"'
    inside = f'<Dial action="/after"><Conference {events} participantLabel="%s">{ROOM}</Conference></Dial>'
    service, phone = town(caller=inside % "caller", agent=inside % "agent")
    caller = phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    agent = phone.dial(HOTLINE, AGENT)
    steering = Steering(phone)
    (shown,) = steering.ask("GET", "/Conferences")["conferences"]
    assert (shown["friendly_name"], shown["status"]) == (ROOM, "in-progress")
    return service, phone, caller, agent, steering, f"/Conferences/{shown['sid']}"


def test_a_held_caller_hears_the_hold_music_alone_and_is_taken_back() -> None:
    service, _, caller, agent, steering, room_path = in_conference()
    held = steering.ask(
        "POST", f"{room_path}/Participants/caller", Hold="true", HoldUrl="http://127.0.0.1/music"
    )
    assert (held["hold"], held["label"]) == (True, "caller")
    assert (caller.heard, caller.doing, agent.doing) == (["Please hold."], "", "talking")
    assert service.asked[-2].method == "GET"  # the carrier's default for hold music
    steering.ask("POST", f"{room_path}/Participants/{caller.sid}", Hold="false")
    assert caller.doing == "talking"
    assert told(service)[-2:] == [("participant-hold", "caller"), ("participant-unhold", "caller")]


def test_who_coaches_is_heard_by_the_other_one_alone_until_they_join_in() -> None:
    _, _, caller, agent, steering, room_path = in_conference()
    coached = steering.ask(
        "POST", f"{room_path}/Participants/caller", Coaching="true", CallSidToCoach=agent.sid
    )
    assert (coached["coaching"], coached["call_sid_to_coach"]) == (True, agent.sid)
    stranger = steering.ask("POST", f"{room_path}/Participants/caller", Coaching="true", CallSidToCoach="CA0")
    assert stranger["code"] == 13240
    joined = steering.ask("POST", f"{room_path}/Participants/caller", Coaching="false")
    assert (joined["coaching"], joined["call_sid_to_coach"]) == (False, None)
    assert caller.facts("coaching") == [{"target": agent.sid}, {"target": ""}]


def test_who_may_leaves_the_room_by_the_star_key() -> None:
    by_star = f'<Dial action="/after" hangupOnStar="true"><Conference>{ROOM}</Conference></Dial>'
    _, phone = town(caller=room(), agent=by_star)
    caller = phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    agent = phone.dial(HOTLINE, AGENT)
    agent.press_now("5")
    caller.press_now("*")
    assert (caller.doing, agent.doing) == ("talking", "talking"), "only that key, and only who may"
    agent.press_now("*")
    phone.pass_time(3)
    assert (agent.heard, agent.status, caller.status) == (["Thank you."], "completed", "in-progress")


def test_a_participant_put_out_goes_on_with_what_follows_its_dial() -> None:
    service, phone, caller, agent, steering, room_path = in_conference()
    assert steering.ask("DELETE", f"{room_path}/Participants/caller") == 204
    phone.pass_time(5)
    assert (caller.heard, caller.status, agent.doing) == (["Thank you."], "completed", "talking")
    assert told(service)[-1] == ("participant-leave", "caller")


def test_a_conference_can_be_ended() -> None:
    service, phone, caller, agent, steering, room_path = in_conference()
    steering.ask("POST", room_path, Status="completed")
    phone.pass_time(5)
    assert [caller.heard, agent.heard] == [["Thank you."], ["Thank you."]]
    assert ("conference-end", "") in told(service)
    assert steering.ask("GET", room_path)["status"] == "completed"


def test_somebody_called_in_is_in_the_room_as_soon_as_they_answer() -> None:
    _, phone, _, _, steering, room_path = in_conference()
    made = steering.ask(
        "POST", f"{room_path}/Participants", To=SUPERVISOR, From=HOTLINE, Label="boss", Muted="true"
    )
    assert (made["label"], made["status"], made["muted"]) == ("boss", "queued", True)
    phone.pass_time(10)
    labels = [each["label"] for each in steering.ask("GET", f"{room_path}/Participants")["participants"]]
    assert labels == ["caller", "agent", "boss"]
    assert steering.ask("POST", f"{room_path}/Participants/boss", Muted="false")["muted"] is False
    assert steering.ask("GET", f"{room_path}/Participants/nobody")["code"] == 20404


def test_a_recorded_conference_is_kept_from_its_start_to_its_end() -> None:
    recorded = room('record="record-from-start" recordingStatusCallback="/kept"')
    service, phone = town(caller=recorded, agent=recorded)
    service.on("/kept", "")
    phone.ring(HOTLINE, CALLER)
    phone.pass_time(10)
    agent = phone.dial(HOTLINE, AGENT).wait(25)
    sid = phone.exchange.conferences[ROOM].sid
    Steering(phone).ask("POST", f"/Conferences/{sid}", Status="completed")
    phone.pass_time(5)
    (kept,) = service.forms("/kept")
    assert (kept["ConferenceSid"], kept["RecordingSource"], kept["RecordingDuration"]) == (
        sid,
        "Conference",
        "25",
    )
    assert "CallSid" not in kept
    assert agent.status == "completed"


def recorded_talk() -> tuple[Service, Phone, Steering, str]:
    """A caller and an agent who talk, and are recorded."""
    recorded = room('record="record-from-start" recordingStatusCallback="/kept"')
    service, phone = town(caller=recorded, agent=recorded)
    service.on("/kept", "").on("/news", "<Say>This is the news.</Say>").on("/broken", "<Dial>1</Dial>")
    phone.ring(HOTLINE, CALLER)
    phone.pass_time(5)
    phone.dial(HOTLINE, AGENT).wait(10)
    return service, phone, Steering(phone), f"/Conferences/{phone.exchange.conferences[ROOM].sid}"


def test_a_recording_is_silent_while_it_is_paused_and_as_long_as_the_talk() -> None:
    service, phone, steering, path = recorded_talk()
    current = f"{path}/Recordings/Twilio.CURRENT"
    assert steering.ask("POST", current, Status="paused", PauseBehavior="silence")["status"] == "paused"
    assert steering.ask("POST", current, Status="paused")["status"] == "paused", "asked twice is asked once"
    phone.pass_time(5)
    assert steering.ask("POST", current, Status="in-progress")["status"] == "in-progress"
    phone.pass_time(5)
    steering.ask("POST", path, Status="completed")
    phone.pass_time(5)
    (kept,) = service.forms("/kept")
    assert kept["RecordingDuration"] == "23", "every wish by REST takes a second here"
    made = phone.exchange.recordings.find(kept["RecordingSid"])
    assert made is not None
    second = [set(made.wav()[44 + at * 16_000 : 44 + (at + 1) * 16_000]) == {0} for at in range(23)]
    assert second == [False] * 10 + [True] * 7 + [False] * 6
    (listed,) = steering.ask("GET", f"{path}/Recordings")["recordings"]
    assert (listed["sid"], listed["status"], listed["duration"]) == (made.sid, "completed", "23")
    assert listed["conference_sid"] in path


def test_what_is_skipped_is_not_in_the_recording_and_what_is_stopped_is_over() -> None:
    service, phone, steering, path = recorded_talk()
    (running,) = steering.ask("GET", f"{path}/Recordings")["recordings"]
    mine = f"{path}/Recordings/{running['sid']}"
    steering.ask("POST", mine, Status="paused", PauseBehavior="skip")
    phone.pass_time(5)
    steering.ask("POST", mine, Status="stopped")
    phone.pass_time(5)
    assert [form["RecordingDuration"] for form in service.forms("/kept")] == ["11"]
    for name in ("Twilio.CURRENT", running["sid"]):
        over = steering.ask("POST", f"{path}/Recordings/{name}", Status="in-progress")
        assert over["code"] == 21220
    steering.ask("POST", path, Status="completed")
    phone.pass_time(5)
    assert len(service.forms("/kept")) == 1


def test_a_recording_cannot_be_changed_in_any_other_way() -> None:
    _, _, steering, path = recorded_talk()
    current = f"{path}/Recordings/Twilio.CURRENT"
    refused = (
        {"Status": "completed"},
        {"PauseBehavior": "silence"},
        {"Status": "in-progress", "PauseBehavior": "silence"},
        {"Status": "paused", "PauseBehavior": "hum"},
    )
    assert [steering.ask("POST", current, **wish)["code"] for wish in refused] == [20001] * 4
    assert steering.ask("POST", f"{path}/Recordings/RE9", Status="paused")["code"] == 20404
    _, _, _, _, unrecorded, other = in_conference()
    assert unrecorded.ask("POST", f"{other}/Recordings/Twilio.CURRENT", Status="paused")["code"] == 21220


def test_an_announcement_is_heard_in_the_room_and_the_talk_goes_on() -> None:
    _, phone, caller, agent, steering, path = in_conference()
    steering.ask("POST", path, AnnounceUrl="http://127.0.0.1/music", AnnounceMethod="POST")
    phone.pass_time(1)
    assert [caller.heard[-1], agent.heard[-1]] == ["Please hold."] * 2
    phone.pass_time(5)
    assert [caller.doing, agent.doing] == ["talking", "talking"]


def test_an_announcement_to_one_alone_and_one_that_cannot_be_played() -> None:
    told_of = 'statusCallback="/told" statusCallbackEvent="announcement"'
    service, phone = town(
        caller=f'<Dial><Conference {told_of} participantLabel="caller">{ROOM}</Conference></Dial>',
        agent=room('participantLabel="agent"'),
    )
    service.on("/broken", "<Dial>1</Dial>")
    caller, steering = phone.ring(HOTLINE, CALLER), Steering(phone)
    phone.pass_time(2)
    path = f"/Conferences/{phone.exchange.conferences[ROOM].sid}"
    too_soon = steering.ask("POST", path, AnnounceUrl="http://127.0.0.1/music")
    assert too_soon["code"] == 21220, "it has not begun"
    agent = phone.dial(HOTLINE, AGENT)
    steering.ask("POST", f"{path}/Participants/agent", AnnounceUrl="http://127.0.0.1/music")
    phone.pass_time(6)
    assert (caller.heard, agent.heard) == ([], ["Please hold."])
    steering.ask("POST", f"{path}/Participants/agent", AnnounceUrl="http://127.0.0.1/broken")
    phone.pass_time(6)
    assert told(service) == [("announcement-end", "agent"), ("announcement-fail", "agent")]
    assert [caller.doing, agent.doing] == ["talking", "talking"]


def test_each_is_told_once_that_they_are_through_and_again_only_after_a_hold() -> None:
    _, phone = town(caller=room('participantLabel="caller"'), agent=room('participantLabel="agent"'))
    caller = phone.ring(HOTLINE, CALLER)
    phone.pass_time(5)
    agent = phone.dial(HOTLINE, AGENT)
    phone.pass_time(1)

    def times(call: PhoneCall) -> int:
        return [event["kind"] for event in call.leg.events].count("bridged")

    assert (times(caller), times(agent)) == (1, 1)
    [conference] = phone.exchange.conferences.values()
    member = conference.find("caller")
    assert member
    for held in (True, False):
        conference.hold(member, held)
        phone.pass_time(1)
    assert (times(caller), times(agent)) == (2, 1)
