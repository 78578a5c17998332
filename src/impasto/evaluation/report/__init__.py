"""A table as pages that can be read, sent and printed: Markdown, and HTML with its pictures."""

from impasto.evaluation.report.comparison import (
    check_comparison,
    draw_sheet,
    page_of,
    write_comparison,
)
from impasto.evaluation.report.lines import Line, cost_lines, score_lines
from impasto.evaluation.report.summary import HEADLINES, STAND_IN, headlines
from impasto.evaluation.report.words import ARROWS
from impasto.evaluation.report.write import to_json, write_report

__all__ = [
    "ARROWS",
    "HEADLINES",
    "STAND_IN",
    "Line",
    "check_comparison",
    "cost_lines",
    "draw_sheet",
    "headlines",
    "page_of",
    "score_lines",
    "to_json",
    "write_comparison",
    "write_report",
]
