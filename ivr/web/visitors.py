"""Who is asking: somebody at this machine while the hotline is only tried, an account, or a program."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from flask import current_app, g, request, session

from ivr.core.accounts import HERE, RIGHTS, Right, Role
from ivr.ledger import sessions
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.programs import token_shown
from ivr.switchboard.signing_in import Browser

OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""With any of these the request has come from elsewhere, through a proxy or a tunnel on this machine."""

TICKET = "ticket"
"""Under which name the browser's (signed) cookie holds the ticket of its session."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks, as the audit and the pages call them, and what they may. `role` is an account's."""

    name: str
    rights: frozenset[Right]
    role: Role | None = None

    @property
    def is_here(self) -> bool:
        return self.name == HERE

    def may(self, right: str) -> bool:
        return right in self.rights


AT_THIS_MACHINE = Visitor(HERE, RIGHTS[Role.ADMIN])


def visitor() -> Visitor | None:
    """Who asks for the page of this request; None for nobody we know. Raises LedgerError."""
    if "visitor" not in g:
        g.visitor = _recognised()
    found: Visitor | None = g.visitor
    return found


def _recognised() -> Visitor | None:
    exchange: Exchange = current_app.extensions["exchange"]
    if bearer() is not None:
        return None  # what it shows besides its token means nothing
    if exchange.settings.boxed and is_here():
        return AT_THIS_MACHINE
    ticket = session.get(TICKET)
    if not ticket:
        return None
    with exchange.ledger.reading() as tx:
        found = sessions.find(tx, str(ticket), exchange.now())
    return Visitor(found.name, RIGHTS[found.role], found.role) if found else None


def program(path: str) -> Visitor | None:
    """The program that shows a token, at a route that takes one; None if the token is none of ours."""
    exchange: Exchange = current_app.extensions["exchange"]
    token = token_shown(exchange, bearer() or "", path, address())
    found = Visitor(f"token {token.name}", frozenset(token.rights)) if token else None
    g.visitor = found
    return found


def bearer() -> str | None:
    """The token a program shows; None if it shows nothing of the kind."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def is_here() -> bool:
    """Whether the browser runs on this machine and asked for it by its own name (no other site's name)."""
    try:
        near = ip_address(request.remote_addr or "").is_loopback
        host = urlsplit(request.host_url).hostname
    except ValueError:
        return False
    return near and host in OWN_NAMES and not any(name in request.headers for name in PROXIES)


def browser() -> Browser:
    """Where a password is typed."""
    return Browser(address(), request.cookies.get(current_app.config["KNOWN_COOKIE_NAME"]))


def address() -> str:
    """Where a request comes from, as far as the proxies are believed; of IPv6 the network of a household."""
    exchange: Exchange = current_app.extensions["exchange"]
    believed = exchange.settings.proxies
    found = request.remote_addr or ""
    for hop in reversed(_forwarded()):
        if not _is_believed(found, believed):
            break
        found = hop
        if believed.strip() == "*":
            break  # everybody is believed, so only the last word is
    parsed = _parsed(found)
    if parsed is None:
        return "an unknown address"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _forwarded() -> list[str]:
    return [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]


def _is_believed(address: str, believed: str) -> bool:
    """Whether an address is one of the proxies; `*` believes everybody, as gunicorn has it."""
    parsed = _parsed(address)
    networks = (_network(text) for text in believed.split(","))
    return believed.strip() == "*" or any(parsed in net for net in networks if parsed and net)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address.strip("[]"))
    except ValueError:
        return None
