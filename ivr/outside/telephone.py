"""Any sound as a telephone carries it: 8000 samples a second, as loud as the others, in u-law (G.711)."""

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul

from ivr.outside.wav import HERTZ, Sound

CUTOFF = 3600.0
"""Hertz. A telephone carries speech up to 3400; what lies above 4000 would come back as a false tone."""

CROSSINGS = 24
"""How far the filter reaches to both sides, in its own oscillations: the farther, the steeper."""

SHARPNESS = 8.0
"""The beta of its Kaiser window: false tones stay 80 dB below the true ones."""

LOUDEST = 0.7 * 32767
"""Every prompt's loudest sample, 3 dB below what a line can carry."""

QUIET = 0.01
"""Below this part of the loudest sample nobody speaks."""

BEFORE, AFTER = 0.05, 0.2
"""Seconds of silence that stay around the words."""


def as_telephone_hears(sound: Sound) -> list[int]:
    """The sound at 8 kHz, without the silence around it, as loud as every other. Empty if it is silent."""
    heard = resampled(sound.samples, sound.hertz)
    return evened(trimmed(heard))


def resampled(samples: Sequence[float], hertz: int) -> list[float]:
    """The same sound at 8 kHz. For each new sample a windowed sinc weighs the old ones around it."""
    if hertz == HERTZ:
        return list(samples)
    new, old = HERTZ // math.gcd(HERTZ, hertz), hertz // math.gcd(HERTZ, hertz)
    reach = math.ceil(CROSSINGS * hertz / (2 * CUTOFF))
    around = [0.0] * reach
    padded = [*around, *samples, *around, 0.0]
    made = []
    for number in range(len(samples) * new // old):
        whole, part = divmod(number * old, new)
        weights = _weights(part, new, hertz, reach)
        made.append(sum(map(mul, weights, padded[whole : whole + len(weights)])))
    return made


@lru_cache(maxsize=HERTZ)
def _weights(part: int, new: int, hertz: int, reach: int) -> tuple[float, ...]:
    """What each old sample around counts for a new one that lies `part / new` of a sample after the middle.

    They sum up to one, so that a constant stays what it is.
    """
    width = 2 * CUTOFF / hertz
    steps = [step - part / new for step in range(-reach, reach + 1)]
    raw = [_sinc(width * step) * _kaiser(step / (reach + 1)) for step in steps]
    whole = sum(raw)
    return tuple(weight / whole for weight in raw)


def _sinc(at: float) -> float:
    return math.sin(math.pi * at) / (math.pi * at) if at else 1.0


def _kaiser(at: float) -> float:
    return _bessel(SHARPNESS * math.sqrt(max(0.0, 1 - at * at))) / _bessel(SHARPNESS)


def _bessel(at: float) -> float:
    """The modified Bessel function of the first kind and order zero, by its series."""
    total = term = 1.0
    for count in range(1, 40):
        term *= (at / 2 / count) ** 2
        total += term
    return total


def trimmed(samples: Sequence[float]) -> Sequence[float]:
    """The samples without the silence before and after the words, but for a breath."""
    threshold = QUIET * max(map(abs, samples), default=0.0)
    loud = [at for at, sample in enumerate(samples) if abs(sample) > threshold]
    if not loud:
        return []
    first, last = loud[0] - round(BEFORE * HERTZ), loud[-1] + round(AFTER * HERTZ)
    return samples[max(0, first) : last + 1]


def evened(samples: Sequence[float]) -> list[int]:
    """The samples as loud as every prompt."""
    loudest = max(map(abs, samples), default=0.0) or 1.0
    return [round(sample * LOUDEST / loudest) for sample in samples]


def encoded(samples: Sequence[int]) -> bytes:
    """The samples in u-law, a byte for each."""
    return bytes(map(u_law, samples))


def u_law(sample: int) -> int:
    """A sample of 16 bits in u-law (ITU-T G.711): a sign, the segment of its logarithm, four bits within."""
    sign = 0x80 if sample >= 0 else 0
    size = min(abs(sample >> 2), 8159) + 33
    segment = max(0, size.bit_length() - 6)
    within = 0x7F if segment > 7 else segment << 4 | size >> segment + 1 & 0x0F
    return sign | within ^ 0x7F
