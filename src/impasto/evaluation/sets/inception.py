"""FID and KID, wholly by torch-fidelity."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from impasto.evaluation.sets.networks import Weights, package
from impasto.evaluation.sets.set_metric import Pictures

SUBSET = 1000
"""Pictures at a time, as in the KID paper; of a smaller set, all of it once."""
SUBSETS = 100


def fid(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return the Fréchet Inception distance of outputs and styles; 0 for equal sets.

    Its bias grows as sets get smaller: compare only sets of one size.
    Paper: Heusel et al., "GANs trained by a two time-scale update rule", NeurIPS 2017, eq. 6.
    """
    found = _measure("fid", outputs, styles, networks, fid=True)
    return found["frechet_inception_distance"]


def kid(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return the kernel Inception distance of outputs and styles: unbiased, so it may be negative.

    Paper: Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs", ICLR 2018, eq. 4 with
    the polynomial kernel of degree 3.
    """
    size = min(SUBSET, len(outputs))
    subsets = SUBSETS if size == SUBSET else 1
    options = {"kid": True, "kid_subset_size": size, "kid_subsets": subsets}
    return _measure("kid", outputs, styles, networks, **options)["kernel_inception_distance_mean"]


def _measure(
    metric: str, outputs: Pictures, styles: Pictures, networks: Mapping[str, Weights], **which: Any
) -> dict[str, float]:
    fidelity = package("torch_fidelity", metric)
    return fidelity.calculate_metrics(
        input1=_Bytes(outputs),
        input2=_Bytes(styles),
        feature_extractor="inception-v3-compat",
        feature_extractor_weights_path=str(networks["inception"].path),
        batch_size=1,  # pictures of different sizes do not fit in one batch
        cuda=False,
        cache=False,
        save_cpu_ram=True,  # no other processes
        verbose=False,
        **which,
    )


class _Bytes(Dataset[Tensor]):
    """Pictures as torch-fidelity takes them: (3, h, w), uint8."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> Tensor:
        return (255 * self.pictures[index][0]).round().to(torch.uint8)
