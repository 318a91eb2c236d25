"""Charts: values in, SVG out. Colours are the page's; a table with the same values stands beside each."""

from ivr.web.charts.bars import Bar, bars
from ivr.web.charts.columns import Column, columns
from ivr.web.charts.day import Lane, Stretch, day
from ivr.web.charts.flow import Crowd, Stream, flow
from ivr.web.charts.heat import heat

__all__ = [
    "Bar",
    "Column",
    "Crowd",
    "Lane",
    "Stream",
    "Stretch",
    "bars",
    "columns",
    "day",
    "flow",
    "heat",
]
