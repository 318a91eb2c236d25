"""The pass with which a browser becomes a phone of the account (contract §4.6)."""

import re

LONGEST_SECONDS = 24 * 60 * 60

# What the carrier's software on every kind of phone takes.
_IDENTITY = re.compile(r"[A-Za-z0-9_]{1,256}")


def voice_token(
    account_sid: str,
    api_key: str,
    api_secret: str,
    *,
    identity: str,
    application_sid: str | None = None,
    now: int,
    seconds: int = 3600,
) -> str:
    """A signed token for Twilio's Voice SDK: `client:identity` rings there, and what is dialled there asks
    the account's application `application_sid` (None: nothing can be dialled). Good from `now` (seconds of
    1970) for so many `seconds`.

    The identity is authority: it comes from who is signed in, never from a request. Raises ValueError for an
    identity that is not 1 to 256 of A-Z, a-z, 0-9 and _, or a time that is not 1 second to 24 hours.
    """
    if not _IDENTITY.fullmatch(identity):
        raise ValueError("the identity of a phone has 1 to 256 of A-Z, a-z, 0-9 and _")
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"a token is good for 1 to {LONGEST_SECONDS} seconds, not {seconds}")
    from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped]
    from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped]

    phone = VoiceGrant(incoming_allow=True, outgoing_application_sid=application_sid)
    token = AccessToken(
        account_sid, api_key, api_secret, [phone], identity, nbf=now, valid_until=now + seconds
    )
    return str(token.to_jwt())
