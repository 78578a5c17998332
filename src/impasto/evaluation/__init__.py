"""How good a picture is, as far as numbers can say: metrics, tables, sheets."""

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.metric import Metric

__all__ = ["METRICS", "Metric"]
