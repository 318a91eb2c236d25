"""The sentences the hotline says by itself, in each language we ship.

A language we do not ship brings its own under `languages:`; `ivr check` names the ones that are missing.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ivr.core.menus import Texts, Value, Words

PHRASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "option": "For {label}, press {key}.",
                "repeat": "To hear this again, press {key}.",
                "back": "To go back, press {key}.",
                "top": "For the main menu, press {key}.",
                "hang_up": "To end the call, press {key}.",
                "language": "For English, press {key}.",
                "silence": "We did not hear a key.",
                "wrong": "That is not one of the choices.",
                "ask_wrong": "That number is not right.",
                "confirm": "You entered {value}. If that is right, press 1. To enter it again, press 2.",
                "one_moment": "One moment, please.",
                "unattended": "Nobody is free to take your call at the moment.",
                "screen": "A call for {hotline}. To take it, press 1.",
                "sorry": "Something went wrong on our side. Please call again in a few minutes.",
                "goodbye": "Thank you for calling. Goodbye.",
                "star": "star",
                "hash": "hash",
            }
        ),
        "vi": MappingProxyType(
            {
                "option": "Bấm phím {key} để {label}.",
                "repeat": "Bấm phím {key} để nghe lại.",
                "back": "Bấm phím {key} để quay lại.",
                "top": "Bấm phím {key} để về menu chính.",
                "hang_up": "Bấm phím {key} để kết thúc cuộc gọi.",
                "language": "Tiếng Việt, bấm phím {key}.",
                "silence": "Chúng tôi chưa nhận được phím bấm của quý khách.",
                "wrong": "Lựa chọn này không có.",
                "ask_wrong": "Số này không đúng.",
                "confirm": "Quý khách đã nhập {value}. Nếu đúng, bấm phím 1. Để nhập lại, bấm phím 2.",
                "one_moment": "Xin quý khách chờ trong giây lát.",
                "unattended": "Hiện chưa có tổng đài viên nào nhận được cuộc gọi của quý khách.",
                "screen": "Cuộc gọi đến {hotline}. Bấm phím 1 để nhận.",
                "sorry": "Hệ thống đang gặp sự cố. Xin quý khách gọi lại sau ít phút.",
                "goodbye": "Cảm ơn quý khách đã gọi. Xin chào.",
                "star": "sao",
                "hash": "thăng",
            }
        ),
        "es": MappingProxyType(
            {
                "option": "Para {label}, pulse {key}.",
                "repeat": "Para escuchar de nuevo, pulse {key}.",
                "back": "Para volver, pulse {key}.",
                "top": "Para el menú principal, pulse {key}.",
                "hang_up": "Para terminar la llamada, pulse {key}.",
                "language": "Para español, pulse {key}.",
                "silence": "No hemos recibido ninguna tecla.",
                "wrong": "Esa opción no existe.",
                "ask_wrong": "Ese número no es correcto.",
                "confirm": "Ha marcado {value}. Si es correcto, pulse 1. Para marcar de nuevo, pulse 2.",
                "one_moment": "Un momento, por favor.",
                "unattended": "En este momento nadie puede atender su llamada.",
                "screen": "Una llamada para {hotline}. Para aceptarla, pulse 1.",
                "sorry": "Tenemos un problema técnico. Por favor, llame de nuevo en unos minutos.",
                "goodbye": "Gracias por llamar. Adiós.",
                "star": "asterisco",
                "hash": "almohadilla",
            }
        ),
    }
)
"""Every sentence by language and name. Their holes: {label} {key} {value} {hotline}."""

NAMES = frozenset(PHRASES["en"])
"""The names of all sentences; a language that is complete has each of them."""


def spoken_key(key: str, phrases: Mapping[str, str]) -> str:
    """How a key is said in a sentence: `*` and `#` by their names, digits as they are."""
    return {"*": phrases["star"], "#": phrases["hash"]}.get(key, key)


def words(phrase: str, **holes: str | Value | Words) -> Words:
    """A sentence with its holes filled by texts, values or whole prompts."""
    pieces: list[str | Value] = []
    for text, name in _cut(phrase):
        if text:
            pieces.append(text)
        if name is not None:
            filling = holes[name]
            pieces.extend(filling if isinstance(filling, tuple) else (filling,))
    return tuple(pieces)


@lru_cache(maxsize=1_000)
def _cut(phrase: str) -> tuple[tuple[str, str | None], ...]:
    """A sentence as texts, each with the name of the hole behind it; the same few are said in every menu."""
    cut: list[tuple[str, str | None]] = []
    rest = phrase
    while rest:
        text, brace, rest = rest.partition("{")
        name, _, rest = rest.partition("}") if brace else (None, "", "")
        cut.append((text, name))
    return tuple(cut)


def plain(words: Words) -> str:
    """A prompt as one text for a page or a report: its holes as an admin wrote them."""
    return "".join(
        piece
        if isinstance(piece, str)
        else "{" + piece.name + (f":{piece.reading}" if piece.reading else "") + "}"
        for piece in words
    )


def in_language(texts: Texts, language: str) -> Words:
    """A prompt in one language; a prompt that lacks it (never after a check) is heard in its first one."""
    return texts.get(language) or next(iter(texts.values()))
