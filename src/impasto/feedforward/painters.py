"""Trained networks of painters, and the manners of what they have learned."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from impasto.errors import ImpastoError
from impasto.networks.precision import place
from impasto.networks.transformer import Painters, Transformer
from impasto.weights.store import RANDOM
from impasto.weights.trained import load_trained

KIND = "painters"
"""What the file of such a network says it is."""


class Trained(NamedTuple):
    """A network, and a manner for each painting that it has learned."""

    network: Transformer
    manners: Mapping[str, Tensor]

    def chosen(self, paintings: Sequence[str]) -> Tensor:
        """Return the manners (paintings, _) of these paintings; of the first one if none is named.

        Raises:
            ImpastoError: it hasn't learned one of them.
        """
        for name in paintings:
            if name not in self.manners:
                raise ImpastoError(
                    f"this network hasn't learned {name!r}; expected one of "
                    f"{', '.join(self.manners)}"
                )
        return torch.stack([self.manners[name] for name in paintings or list(self.manners)[:1]])


def load_painters(name: str, dtype: torch.dtype, device: torch.device) -> Trained:
    """Return a network and what it has learned.

    Raises:
        WeightsError: there is no such network.
    """
    if name == RANDOM:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            painters, learned = Painters(2, 8), ["one", "other"]
            torch.nn.init.normal_(painters.manners, std=0.3)
    else:
        weights, about = load_trained(name, KIND)
        learned = json.loads(about["paintings"])
        width = weights["transformer.convolutions.stem.weight"].shape[0]
        painters = Painters(len(learned), width)
        painters.load_state_dict(weights)
    manners = painters.manners.detach().to(device)
    network = place(painters.transformer.requires_grad_(False), device, dtype)
    return Trained(network, dict(zip(learned, manners, strict=True)))
