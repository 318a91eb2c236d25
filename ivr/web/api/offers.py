"""A caller who is offered to an agent: taken, or left to somebody else."""

from ivr.core.agents import Agent, Way
from ivr.ledger import offers
from ivr.switchboard.line import offering
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, not_there
from ivr.web.api.routes import route
from ivr.web.api.talks import Talk
from ivr.web.seats import mine
from ivr.web.wording import _

NO_OFFER = _("This caller is not offered to you.")
RINGS_ELSEWHERE = _("Your phone rings: pick it up and press 1.")
GONE = _("The caller is gone, or somebody else was quicker.")


@route("POST", "/offers/{offer}/accept", 404, 409)
def accepted(offer: str) -> Talk:
    """You take the caller.

    Your browser is rung, and picks up by itself. Whoever is rung on a phone presses 1 there instead.
    """
    if offered(offer).way is not Way.BROWSER:
        raise not_now(RINGS_ELSEWHERE)
    talk = offering.accept(exchange(), offer)
    if talk is None:
        raise not_now(GONE)
    return Talk.model_validate(talk)


@route("POST", "/offers/{offer}/decline", 404, 409)
def declined(offer: str) -> None:
    """You leave the caller to somebody else, and are not offered them again."""
    offered(offer)
    if not offering.decline(exchange(), offer):
        raise not_now(GONE)


def offered(offer_id: str) -> Agent:
    """The agent who sits here, if it is they who are offered this caller."""
    agent = mine(exchange())
    with exchange().ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
    if offer is None or offer.agent != agent.id:
        raise not_there(NO_OFFER)
    return agent
