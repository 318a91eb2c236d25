"""Menus are held against the carrier they are to run on before a caller is."""

from pathlib import Path

from ivr.carriers.capabilities import CARRIERS
from ivr.core.menus import Hotline
from ivr.language import read_files
from ivr.switchboard.draft import check
from ivr.switchboard.fitness import doubtful, impossible, undelivered

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+15005550006": main}
languages: {en: {voice: VOICE}}
steps:
  main:
    say: How can we help?
    keys:
      1: {name: word, label: the news, say: There is none., then: repeat}
      EXTENSION
      9: hang_up
"""


def hotline(voice: str = "Polly.Joanna-Neural", extension: str = "") -> Hotline:
    text = MENUS.replace("VOICE", voice).replace("EXTENSION", extension)
    checked = read_files({"menus/shop.yaml": text})
    assert checked.hotline is not None, checked.mistakes
    return checked.hotline


LONG = "1100-1199: {name: extension, as: extension, say: Nobody there., then: repeat}"


def test_a_menu_of_single_keys_runs_on_every_carrier() -> None:
    assert [list(impossible(hotline(), carrier)) for carrier in CARRIERS.values()] == [[]] * len(CARRIERS)


def test_a_long_number_in_a_menu_needs_a_carrier_that_can_pause() -> None:
    found = [str(mistake) for mistake in impossible(hotline(extension=LONG), CARRIERS["somleng"])]
    assert found == [
        "menus/shop.yaml:7:3: 'main' cannot be done: somleng has no pause; "
        "write it another way, or run it with another carrier (IVR_CARRIER)"
    ]
    assert list(impossible(hotline(extension=LONG), CARRIERS["twilio"])) == []


def test_a_queue_needs_a_carrier_that_lets_callers_wait_and_meet() -> None:
    text = MENUS.replace("VOICE", "Polly.Joanna-Neural").replace("EXTENSION", "2: desk")
    checked = read_files({"menus/shop.yaml": text + "queues: {desk: {label: us, no_agents: hang_up}}\n"})
    assert checked.hotline is not None, checked.mistakes
    assert [mistake.text for mistake in impossible(checked.hotline, CARRIERS["somleng"])] == [
        "'desk' cannot be done: somleng has no queue in which callers hear a document of ours",
        "'desk' cannot be done: somleng has no conference",
    ]
    for able in ("box", "twilio", "signalwire", "telnyx"):
        assert list(impossible(checked.hotline, CARRIERS[able])) == []


def test_a_voice_that_cannot_be_one_is_doubted() -> None:
    found = [str(mistake) for mistake in doubtful(hotline(voice="Joanna"))]
    assert found == [
        "menus/shop.yaml:1:1: language en: 'Joanna' is no voice; "
        "names look like Google.vi-VN-Wavenet-A or Polly.Joanna-Neural"
    ]
    assert list(doubtful(hotline(voice="Polly.Joanna-Neural"))) == []


def test_check_knows_the_carrier(tmp_path: Path) -> None:
    folder = tmp_path / "menus"
    folder.mkdir()
    (folder / "shop.yaml").write_text(MENUS.replace("VOICE", "alice").replace("EXTENSION", LONG))
    assert check(folder, tmp_path / "none").mistakes == ()
    assert [m.where.line for m in check(folder, tmp_path / "none", "somleng").mistakes] == [7]


def test_conversations_are_recorded_where_the_recording_can_rest() -> None:
    text = MENUS.replace("VOICE", "Polly.Joanna-Neural").replace("EXTENSION", "2: desk")
    queue = "queues: {desk: {record: RECORD, no_agents: hang_up}}\n"
    found = {}
    for record, carrier in (("yes", "twilio"), ("ask", "box"), ("ask", "signalwire"), ("no", "signalwire")):
        checked = read_files({"menus/shop.yaml": text + queue.replace("RECORD", record)})
        assert checked.hotline is not None, checked.mistakes
        found[record, carrier] = [each.text for each in impossible(checked.hotline, CARRIERS[carrier])]
    assert found == {
        ("yes", "twilio"): [],
        ("ask", "box"): [],
        ("ask", "signalwire"): [
            "'desk' cannot be done: signalwire has no pause in the recording of a conference"
        ],
        ("no", "signalwire"): [],
    }


ALERTS = """
alerts:
  broken: {faults: 3, mail: boss@example.com}
  late: {old_messages: 4h, mail: boss@example.com}
  quiet: {faults: 9}
"""


def test_alerts_cannot_be_mailed_without_a_mail_server() -> None:
    text = MENUS.replace("VOICE", "Polly.Joanna-Neural").replace("EXTENSION", "")
    checked = read_files({"menus/shop.yaml": text + ALERTS})
    assert checked.hotline is not None, checked.mistakes
    assert [str(each) for each in undelivered(checked.hotline, "")] == [
        "menus/shop.yaml:1:1: alerts broken and late mail somebody, and no mail server is set; "
        "set SMTP_URL, or have them told by `sms`"
    ]
    assert list(undelivered(checked.hotline, "smtp://mail.example:25")) == []
    assert list(undelivered(hotline(), "")) == []
