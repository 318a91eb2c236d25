"""Metrics as Prometheus reads them: names, labels, numbers. See https://prometheus.io/docs/instrumenting/."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Kind(StrEnum):
    """How numbers of a metric come about."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One number; of a histogram the `part` says which (`_bucket`, `_sum`, `_count`)."""

    labels: Labels
    value: float
    part: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A name, what it is in one sentence, and its numbers."""

    name: str
    kind: Kind
    help: str
    samples: list[Sample] = field(default_factory=list)


def histogram(labels: Labels, bounds: Iterable[float], counts: Iterable[int], total: float) -> list[Sample]:
    """The samples of a histogram of which each count is of its own bound only; the last is of no bound."""
    samples: list[Sample] = []
    so_far = 0
    for bound, count in zip([*map(_number, bounds), "+Inf"], counts, strict=True):
        so_far += count
        samples.append(Sample({**labels, "le": bound}, so_far, "_bucket"))
    return [*samples, Sample(labels, total, "_sum"), Sample(labels, so_far, "_count")]


def exposition(metrics: Iterable[Metric]) -> str:
    """The page of all metrics."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for sample in metric.samples:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
        inside = f"{{{labels}}}" if labels else ""
        yield f"{metric.name}{sample.part}{inside} {_number(sample.value)}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
