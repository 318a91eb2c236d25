"""Reads the verbs that move a call on: Redirect, Hangup, Reject, Enqueue and Leave."""

from xml.etree.ElementTree import Element

from ivr.box import faults
from ivr.box.faults import Refused
from ivr.box.twiml import verbs
from ivr.box.twiml.attributes import Attributes, childless
from ivr.box.webhooks import Webhook


def read_redirect(element: Element, given: Attributes) -> verbs.Redirect:
    if len(element):
        raise Refused(faults.BAD_SCHEMA, "<Redirect> holds a URL and nothing else", given.base.url)
    way = given.one_of("method", ("POST", "GET"), "POST")
    written = (element.text or "").strip()
    return verbs.Redirect(Webhook(given.url("URL", written) if written else given.base.url, way))


def read_reject(element: Element, given: Attributes) -> verbs.Reject:
    childless(element, given)
    return verbs.Reject(given.one_of("reason", ("rejected", "busy"), "rejected"))


def read_enqueue(element: Element, given: Attributes) -> verbs.Enqueue:
    if len(element) or given.given("workflowSid"):
        raise Refused(faults.BAD_SCHEMA, "<Enqueue> to TaskRouter is not in the box", given.base.url)
    name = (element.text or "").strip()
    if not 1 <= len(name) <= 64:
        raise Refused(14205 if name else 14204, f"queue name {name!r}", given.base.url)
    return verbs.Enqueue(name, given.webhook("action", "method"), given.webhook("waitUrl", "waitUrlMethod"))


def read_hangup(element: Element, given: Attributes) -> verbs.Hangup:
    childless(element, given)
    return verbs.Hangup()


def read_leave(element: Element, given: Attributes) -> verbs.Leave:
    childless(element, given)
    return verbs.Leave()
