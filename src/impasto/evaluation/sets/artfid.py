"""ArtFID: style and content of a set in one number."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from impasto.evaluation.metrics.frechet import frechet_of_rows
from impasto.evaluation.sets.networks import Weights, package
from impasto.evaluation.sets.paired import lpips
from impasto.evaluation.sets.pictures import Pictures, at_size_of
from impasto.images.picture import check_side
from impasto.weights.table import WeightsError

LEAST = 75  # pixels of a side, so that the network's last layer still has a position


def art_fid(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return (1 + LPIPS) (1 + FID), the FID with a network that was trained on paintings; least 1.

    Each painting has its output's longer side, as in the paper, whose pictures are all of one size.
    Paper: Wright and Ommer, "ArtFID: quantitative evaluation of neural style transfer", GCPR 2022,
    eq. 5, in its plain form and not the one extrapolated to infinite sets, which asks for more than
    5,000 pictures. Compare only sets of one size.
    """
    model = art_inception(networks["art-inception"])
    here, there = (features(model, pictures) for pictures in (outputs, at_size_of(outputs, styles)))
    return joined(lpips(outputs, contents, styles, networks), frechet_of_rows(here, there))


def joined(content: float, style: float) -> float:
    """Return (1 + content distance) (1 + style distance)."""
    return (1 + content) * (1 + style)


def art_inception(weights: Weights) -> nn.Module:
    """Build torchvision's InceptionV3, which returns its 2048 features, with ArtFID's weights.

    ArtFID's network is that one with two heads in the place of one. Features need none.

    Raises:
        WeightsError: the tensors are not those of this network.
    """
    inception = package("torchvision.models.inception", "artfid").Inception3
    model = inception(aux_logits=False, transform_input=False, init_weights=False)
    model.fc = nn.Identity()
    heads = ("fc1.", "fc2.", "AuxLogits1.", "AuxLogits2.")
    trunk = {k: v for k, v in weights.tensors.items() if not k.startswith(heads)}
    try:
        model.load_state_dict(trunk)
    except RuntimeError as error:
        raise WeightsError(
            f"{weights.path} does not fit InceptionV3; expected art_inception.pth; get it again"
        ) from error
    return model.eval()


@torch.no_grad()
def features(model: nn.Module, pictures: Pictures) -> Float[Tensor, "n c"]:
    """Return a row of features for each picture, in its own size: ArtFID resizes nothing."""
    rows: list[Tensor] = []
    for number, picture in enumerate(pictures, start=1):
        check_side(picture, f"picture {number}", LEAST)
        rows.append(model(picture))
    return torch.cat(rows)
