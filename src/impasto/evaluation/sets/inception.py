"""FID and KID, wholly by torch-fidelity."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from impasto.errors import ImpastoError
from impasto.evaluation.sets.networks import Weights, package
from impasto.evaluation.sets.pictures import Mapped, Pictures, at_size_of, first_of_each

SUBSET = 1000
"""Pictures at a time, and how often they are drawn, as in the KID paper."""
SUBSETS = 100


def fid(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return the Fréchet Inception distance of outputs and styles; 0 for equal sets.

    Each painting counts as often as it was used, with its output's longer side. The bias
    grows as sets get smaller: compare only sets of one size.
    Paper: Heusel et al., "GANs trained by a two time-scale update rule", NeurIPS 2017, eq. 6.
    """
    found = _measure("fid", outputs, at_size_of(outputs, styles), networks, fid=True)
    return found["frechet_inception_distance"]


def kid(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return the kernel Inception distance of outputs and styles: unbiased, so it may be negative.

    Every different picture counts once, however often it was used: a second copy would be compared
    with the first, and k(x, x) is what makes an estimate biased. Outputs and paintings, of which
    there are fewer, are drawn in equal numbers, and the distance is the mean over all draws.
    Paper: Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs", ICLR 2018, eq. 4 with
    the polynomial kernel of degree 3.

    Raises:
        ImpastoError: there is only one different output, or painting.
    """
    here, there = first_of_each(outputs), first_of_each(styles)
    size = min(SUBSET, len(here), len(there))
    if size < 2:
        raise ImpastoError(
            f"kid got outputs of which {len(here)} differ and styles of which {len(there)} differ; "
            "expected at least 2 of each; give more, or leave kid out"
        )
    found = _measure(
        "kid",
        Mapped(outputs.__getitem__, here),
        Mapped(at_size_of(outputs, styles).__getitem__, there),
        networks,
        kid=True,
        kid_subset_size=size,
        kid_subsets=SUBSETS,
    )
    return found["kernel_inception_distance_mean"]


def _measure(
    metric: str, here: Pictures, there: Pictures, networks: Mapping[str, Weights], **which: Any
) -> dict[str, float]:
    fidelity = package("torch_fidelity", metric)
    return fidelity.calculate_metrics(
        input1=_Bytes(here),
        input2=_Bytes(there),
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
