"""Enqueue: the wait document again and again, and the ways out of it."""

from ivr.box import Party, serve
from ivr.box.phone_line import Phone
from tests.box.service import CALLER, HOTLINE, Service

ENQUEUE = '<Enqueue action="/out" waitUrl="/wait">support</Enqueue><Say>Never.</Say>'


def service(*waits: str) -> Service:
    made = Service().on("/voice", ENQUEUE).on("/out", "<Say>Out.</Say>").on("/voice/status", "")
    return made.on("/wait", *waits)


def test_the_wait_document_is_asked_again_each_time_it_ends() -> None:
    made = service('<Say>Please hold.</Say><Pause length="20"/>')
    call = Phone(made.app).dial(HOTLINE, CALLER)
    assert call.doing == "queued"
    call.wait(61)
    waits = made.forms("/wait")
    assert [wait["QueueTime"] for wait in waits] == ["0", "21", "42"]
    first = waits[0]
    assert (first["QueuePosition"], first["CurrentQueueSize"], first["MaxQueueSize"]) == ("1", "1", "1000")


def test_leave_ends_the_wait_and_asks_the_action() -> None:
    made = service('<Pause length="5"/>', "<Leave/>")
    call = Phone(made.app).dial(HOTLINE, CALLER).wait(30)
    out = made.forms("/out")[0]
    assert (out["QueueResult"], out["QueueTime"]) == ("leave", "5")
    assert (call.heard, call.status) == (["Out."], "completed")


def test_without_action_leave_goes_on_with_the_next_verb() -> None:
    made = service("<Leave/>").on("/voice", '<Enqueue waitUrl="/wait">q</Enqueue><Say>Leave word.</Say>')
    assert Phone(made.app).dial(HOTLINE, CALLER).wait(5).heard == ["Leave word."]


def test_keys_work_in_the_wait_and_the_wait_goes_on_after_the_answer() -> None:
    gather = '<Gather numDigits="1" finishOnKey="" timeout="1" action="/key"><Pause length="30"/></Gather>'
    made = service(gather).on("/key", "<Say>Noted.</Say>")
    phone = Phone(made.app)
    call = phone.dial(HOTLINE, CALLER)
    phone.pass_time(3)
    call.press("2", early=True)
    phone.pass_time(3)
    assert made.forms("/key")[0]["Digits"] == "2"
    assert call.heard == ["Noted."]
    assert len(made.forms("/wait")) == 2


def test_hanging_up_while_waiting_is_told_to_the_action() -> None:
    made = service('<Pause length="20"/>')
    phone = Phone(made.app)
    phone.dial(HOTLINE, CALLER).wait(7).hang_up()
    out = made.forms("/out")[0]
    assert (out["QueueResult"], out["CallStatus"]) == ("hangup", "completed")


def test_a_verb_the_wait_does_not_allow_ends_it_as_an_error() -> None:
    made = service("<Dial>+842811112222</Dial>")
    call = Phone(made.app).dial(HOTLINE, CALLER).wait(5)
    assert made.forms("/out")[0]["QueueResult"] == "error"
    assert [fault.code for fault in call.faults] == [12200]


def test_a_caller_moved_out_by_rest_runs_the_new_document() -> None:
    made = service('<Pause length="20"/>').on("/join", "<Dial>+842811112222</Dial>")
    phone = Phone(made.app, people={"+842811112222": Party(talks=None)})
    call = phone.dial(HOTLINE, CALLER).wait(4)
    account = phone.exchange.account_sid
    answer = (
        serve(phone.exchange)
        .test_client()
        .post(
            f"/carrier/2010-04-01/Accounts/{account}/Calls/{call.sid}.json",
            data={"Url": "http://127.0.0.1/join", "Method": "POST"},
            auth=(account, "box-token-of-a-test"),
        )
    )
    assert answer.status_code == 200
    call.wait(10)
    assert made.forms("/out")[0]["QueueResult"] == "redirected"
    assert (call.doing, call.heard) == ("talking", [])
