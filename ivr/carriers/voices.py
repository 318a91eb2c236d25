"""Which voices speak which language (contract §3.1). A wrong pair makes the carrier say nothing at all.

Carriers add voices all the time, so a voice that is not on our lists is believed; only what cannot be right
is a problem.
"""

import re

# The language a plain code stands for.
_TAGS = {
    "ar": "ar-AE", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US", "es": "es-MX",
    "fi": "fi-FI", "fil": "fil-PH", "fr": "fr-FR", "he": "he-IL", "hi": "hi-IN", "hu": "hu-HU", "id": "id-ID",
    "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "ms": "ms-MY", "nb": "nb-NO", "nl": "nl-NL", "pl": "pl-PL",
    "pt": "pt-BR", "ro": "ro-RO", "ru": "ru-RU", "sk": "sk-SK", "sv": "sv-SE", "ta": "ta-IN", "th": "th-TH",
    "tr": "tr-TR", "uk": "uk-UA", "vi": "vi-VN", "zh": "zh-CN",
}  # fmt: skip

_DEFAULTS = {"vi-VN": "Google.vi-VN-Wavenet-A", "en-US": "Polly.Joanna-Neural", "es-MX": "Polly.Mia-Neural"}

_POLLY = {
    name: tag
    for tag, names in {
        "arb": "Zeina",
        "ar-AE": "Hala Zayd",
        "ca-ES": "Arlet",
        "cmn-CN": "Zhiyu",
        "cy-GB": "Gwyneth",
        "da-DK": "Naja Mads Sofie",
        "de-AT": "Hannah",
        "de-DE": "Marlene Vicki Hans Daniel",
        "en-AU": "Nicole Olivia Russell",
        "en-GB": "Amy Emma Brian Arthur",
        "en-IN": "Raveena",
        "en-NZ": "Aria",
        "en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli Stephen",
        "en-ZA": "Ayanda",
        "es-ES": "Conchita Enrique Lucia Sergio",
        "es-MX": "Andres Mia",
        "es-US": "Lupe Miguel Pedro Penelope",
        "fi-FI": "Suvi",
        "fr-CA": "Chantal Gabrielle Liam",
        "fr-FR": "Celine Lea Mathieu Remi",
        "is-IS": "Dora Karl",
        "it-IT": "Adriano Bianca Carla Giorgio",
        "ja-JP": "Kazuha Mizuki Takumi Tomoko",
        "ko-KR": "Seoyeon",
        "nb-NO": "Ida Liv",
        "nl-NL": "Laura Lotte Ruben",
        "pl-PL": "Ewa Jacek Jan Maja Ola",
        "pt-BR": "Camila Ricardo Thiago Vitoria",
        "pt-PT": "Cristiano Ines",
        "ro-RO": "Carmen",
        "ru-RU": "Maxim Tatyana",
        "sv-SE": "Astrid Elin",
        "tr-TR": "Burcu Filiz",
        "yue-CN": "Hiujin",
    }.items()
    for name in names.split()
}

# Languages that house has no voice for, so that any name would be a mistake.
_NOT_POLLY = frozenset({"el", "fil", "he", "hu", "id", "ms", "sk", "ta", "th", "uk", "vi"})
_BASIC = {
    "man": {"de", "en", "es", "fr"},
    "woman": {"de", "en", "es", "fr"},
    "alice": {
        "ca",
        "da",
        "de",
        "en",
        "es",
        "fi",
        "fr",
        "it",
        "ja",
        "ko",
        "nb",
        "nl",
        "pl",
        "pt",
        "ru",
        "sv",
        "zh",
    },
}
_GOOGLE = re.compile(r"Google\.([a-z]{2,3}-[A-Z]{2})-[A-Z][A-Za-z0-9]*(?:-HD)?-[A-Za-z]+")
_VIETNAMESE = re.compile(r"Google\.vi-VN-((Standard|Wavenet)-[A-D]|(?!Standard|Wavenet).*)")
_ALIKE = {"arb": "ar", "cmn": "zh", "yue": "zh"}


def language_tag(language: str, voice: str | None = None) -> str:
    """The tag to ask a voice with: the voice's own if it is one of the language's, else vi is vi-VN; a full
    tag, and a code we do not know, is itself."""
    own = _tag_of(voice) if voice else None
    if own and _family(own) == _family(language) and "-" not in language:
        return own
    return _TAGS.get(language, language)


def default_voice(language: str) -> str | None:
    """A voice known to be good for the language; None leaves the choice to the carrier."""
    return _DEFAULTS.get(language_tag(language))


def voice_problem(voice: str, language: str) -> str | None:
    """What cannot be right about this voice for this language, in words for the admin; None if it may be."""
    if voice not in _BASIC and "." not in voice:
        return f"{voice!r} is no voice; names look like Google.vi-VN-Wavenet-A or Polly.Joanna-Neural"
    if voice.startswith("Google.") and not (_GOOGLE.fullmatch(voice) and _is_possible(voice)):
        return f"{voice!r} is no voice of Google's{_instead(language)}"
    if not _speaks(voice, language):
        return f"the voice {voice!r} does not speak {language!r}{_instead(language)}"
    return None


def _speaks(voice: str, language: str) -> bool:
    if voice in _BASIC:
        return _family(language) in _BASIC[voice]
    if voice.startswith("Polly.") and _family(language) in _NOT_POLLY:
        return False
    own = _tag_of(voice)
    return own is None or own == language or ("-" not in language and _family(own) == _family(language))


def _is_possible(voice: str) -> bool:
    return not voice.startswith("Google.vi-VN") or bool(_VIETNAMESE.fullmatch(voice))


def _tag_of(voice: str) -> str | None:
    """The language a voice speaks by its name; None if its name does not say and it is not on our lists."""
    google = _GOOGLE.fullmatch(voice)
    if google:
        return google[1]
    house, _, name = voice.partition(".")
    return _POLLY.get(name.partition("-")[0]) if house == "Polly" else None


def _family(tag: str) -> str:
    code = tag.partition("-")[0].lower()
    return _ALIKE.get(code, code)


def _instead(language: str) -> str:
    voice = default_voice(language)
    return f"; try {voice}" if voice else ""
