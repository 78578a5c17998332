"""A table as pages that can be read, sent and printed: Markdown, and HTML with its pictures."""

from impasto.evaluation.report.comparison import (
    check_comparison,
    draw_sheet,
    page_of,
    write_comparison,
)
from impasto.evaluation.report.summary import HEADLINES
from impasto.evaluation.report.write import write_report

__all__ = [
    "HEADLINES",
    "check_comparison",
    "draw_sheet",
    "page_of",
    "write_comparison",
    "write_report",
]
