"""Programs that read by a token: known by its hash, held back, written down."""

from ivr.core.accounts import TOKENS_BY_ADDRESS, USES_OF_TOKEN
from ivr.ledger import audit, throttles, tokens
from ivr.ledger.audit import Deed
from ivr.ledger.tokens import Token
from ivr.switchboard.exchange import Exchange

GROUP_MS = 3_600_000
"""Uses of one token within so many milliseconds are one row of the audit."""


def token_shown(exchange: Exchange, shown: str, path: str, address: str) -> Token | None:
    """Whose token this is; None if it is nobody's. Raises throttles.TooOften."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        token = tokens.find(tx, shown)
        if token is None:
            throttles.count(tx, TOKENS_BY_ADDRESS, address, now)
            audit.note_once(
                tx, f"somebody at {address}", Deed.TOKEN_REFUSED, path, None, now, within=GROUP_MS
            )
            return None
        throttles.count(tx, USES_OF_TOKEN, token.name, now)
        tokens.used(tx, token.name, now)
        audit.note_once(
            tx, f"token {token.name}", Deed.TOKEN_USED, path, {"address": address}, now, within=GROUP_MS
        )
    return token
