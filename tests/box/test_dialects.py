"""The carriers that copy Twilio: where they differ, the box differs with them."""

import pytest

from ivr.box import Party
from ivr.box.dialects import DIALECTS, TWILIO, Dialect
from ivr.box.faults import Refused
from ivr.box.phone_line import Phone
from ivr.box.transport import Reply
from ivr.box.twiml.reading import Place, read_reply
from ivr.box.twiml.verbs import Document
from ivr.box.webhooks import Webhook
from tests.box.service import CALLER, HOTLINE, Service, document

HERE = Webhook("https://ivr.example/v")
SIGNALWIRE, SOMLENG = DIALECTS["signalwire"], DIALECTS["somleng"]
GOOGLE = '<Say language="vi-VN" voice="Google.vi-VN-Wavenet-A">Chào</Say>'
GCLOUD = GOOGLE.replace("Google.", "gcloud.")


def read(inside: str, dialect: Dialect) -> Document:
    reply = Reply(200, (("Content-Type", "text/xml"),), document(inside).encode(), HERE.url)
    return read_reply(reply, HERE, Place.CALL, dialect)


def test_each_carrier_has_its_own_name_for_googles_voices() -> None:
    assert read(GOOGLE, TWILIO).verbs
    assert read(GCLOUD, SIGNALWIRE).verbs
    for inside, dialect in ((GOOGLE, SIGNALWIRE), (GCLOUD, TWILIO)):
        with pytest.raises(Refused, match="voice"):
            read(inside, dialect)


def test_a_voice_speaks_its_own_language_in_every_dialect() -> None:
    with pytest.raises(Refused, match="does not speak"):
        read(GCLOUD.replace('language="vi-VN"', 'language="en-US"'), SIGNALWIRE)


@pytest.mark.parametrize("inside", ["<Pause/>", "<Gather><Pause/></Gather>", "<Enqueue>sales</Enqueue>"])
def test_somleng_has_not_every_verb(inside: str) -> None:
    assert read(inside, TWILIO).verbs
    with pytest.raises(Refused):
        read(inside, SOMLENG)


def test_signalwire_signs_in_a_header_of_its_own() -> None:
    made = Service().on("/voice", "<Hangup/>").on("/voice/status", "")
    Phone(made.app, dialect=SIGNALWIRE).dial(HOTLINE, CALLER)
    headers = made.asked[0].headers
    assert "X-Signalwire-Signature" in headers
    assert "X-Twilio-Signature" not in headers


def test_who_does_not_say_whether_two_were_joined_leaves_it_out() -> None:
    made = Service().on("/voice", '<Dial action="/after">+842811112222</Dial>').on("/after", "")
    made.on("/voice/status", "")
    Phone(made.app, people={"+842811112222": Party(talks=5)}, dialect=SIGNALWIRE).dial(HOTLINE, CALLER).wait()
    after = made.forms("/after")[0]
    assert after["DialCallStatus"] == "completed"
    assert "DialBridged" not in after
