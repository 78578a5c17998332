"""Metrics of whole sets of pictures, with the networks that define them.

FID, KID, LPIPS, DISTS and ArtFID are not only formulas: each is a formula and certain weights.
Those weights cannot be shipped. Here they are loaded from files that the user names, through the
packages of the extra `eval`; without them there is a sentence and no number.
"""

from impasto.evaluation.sets.catalog import SET_METRICS
from impasto.evaluation.sets.networks import NETWORKS
from impasto.evaluation.sets.of_table import find_set_metrics, with_sets
from impasto.evaluation.sets.set_metric import SetMetric

__all__ = ["NETWORKS", "SET_METRICS", "SetMetric", "find_set_metrics", "with_sets"]
