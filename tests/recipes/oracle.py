"""A second VGG and second losses, written from the published descriptions and nothing else.

The systems speak of pictures in their own units: 0 to 255 or 256 in the order BGR, or what the mean
and deviation of ImageNet make of them. Nothing here imports impasto.
"""

import torch
from torch import Tensor
from torch.nn import functional

CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
FIRST_OF_BLOCK = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")

Weights = dict[str, Tensor]


def vgg(
    x: Tensor,
    weights: Weights,
    architecture: str = "vgg19",
    *,
    pool: str = "max",
    rounding: str = "down",
    replicate_first: bool = False,
) -> dict[str, Tensor]:
    """Every convolution before ("conv1_1") and after ("relu1_1") its ReLU."""
    features = {}
    for block, count in enumerate(CONVOLUTIONS[architecture], start=1):
        for index in range(1, count + 1):
            name = f"{block}_{index}"
            mode = "replicate" if replicate_first and name == "1_1" else "constant"
            x = functional.pad(x, (1, 1, 1, 1), mode=mode)
            x = functional.conv2d(x, weights[f"conv{name}.weight"], weights[f"conv{name}.bias"])
            features[f"conv{name}"] = x
            x = x.clamp(min=0)
            features[f"relu{name}"] = x
        if block < 5:
            if rounding == "up":
                x = functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2), mode="replicate")
            x = functional.max_pool2d(x, 2) if pool == "max" else functional.avg_pool2d(x, 2)
    return features


def gram(features: Tensor) -> Tensor:
    """F Fᵀ, not divided by anything."""
    rows = features.reshape(features.shape[1], -1)
    return rows @ rows.T


def channels(features: Tensor) -> int:
    return features.shape[1]


def positions(features: Tensor) -> int:
    return features.shape[2] * features.shape[3]


def mse(a: Tensor, b: Tensor) -> Tensor:
    return ((a - b) ** 2).mean()


def bgr(image: Tensor, white: float = 255.0) -> Tensor:
    """What Caffe's networks expect."""
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=image.dtype).view(1, 3, 1, 1)
    return image[:, [2, 1, 0]] * white - mean


def rgb(image: Tensor) -> Tensor:
    """What MatConvNet's copy of the same network expects."""
    mean = torch.tensor([123.68, 116.779, 103.939], dtype=image.dtype).view(1, 3, 1, 1)
    return image * 255 - mean


def matconvnet(weights: Weights) -> Weights:
    """The same network with the channels of its first filters in the order RGB."""
    return weights | {"conv1_1.weight": weights["conv1_1.weight"][:, [2, 1, 0]]}


def imagenet(image: Tensor) -> Tensor:
    """What torchvision's networks expect of a picture in [0, 1]."""
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=image.dtype).view(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225], dtype=image.dtype).view(1, 3, 1, 1)
    return (image - mean) / std


class RootOfMatrix(torch.autograd.Function):
    """Twelve steps of Newton and Schulz, and twelve on the Lyapunov equation for the gradient.

    Lin and Maji, BMVC 2017, algorithms 1 and 3. Nearly singular matrices have not converged by
    then, and the system's loss is what these twelve steps give.
    """

    @staticmethod
    def forward(ctx, matrix):
        size = matrix.norm()
        y, z = matrix / size, torch.eye(len(matrix), dtype=matrix.dtype)
        for _ in range(12):
            half = (3 * torch.eye(len(matrix), dtype=matrix.dtype) - z @ y) / 2
            y, z = y @ half, half @ z
        root = y * size**0.5
        ctx.save_for_backward(root)
        return root

    @staticmethod
    def backward(ctx, gradient):
        (root,) = ctx.saved_tensors
        a, q = root / root.norm(), gradient / root.norm()
        three = 3 * torch.eye(len(root), dtype=root.dtype)
        for _ in range(12):
            rest = three - a @ a
            q = (q @ rest - a.T @ (a.T @ q - q @ a)) / 2
            a = a @ rest / 2
        return q / 2


def mean_and_second(features: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and the second raw moment over positions."""
    return features.mean((2, 3))[0], gram(features) / positions(features)


def wasserstein(measured: tuple[Tensor, Tensor], target: tuple[Tensor, Tensor]) -> Tensor:
    """Crowson's style loss of a layer: means over channels, 1e-4 on the diagonals."""

    def spread(moments: tuple[Tensor, Tensor]) -> Tensor:
        mean, second = moments
        return second - mean[:, None] * mean[None, :] + 1e-4 * torch.eye(len(mean)).to(second)

    here, there = spread(measured), spread(target)
    root = RootOfMatrix.apply(there)
    cross = RootOfMatrix.apply(root @ here @ root)
    return mse(measured[0], target[0]) + (here + there - 2 * cross).diagonal().mean()


def inner_squares(x: Tensor) -> Tensor:
    """What the gradient in TVLoss:updateGradInput is the gradient of."""
    here = x[:, :, :-1, :-1]
    right, down = here - x[:, :, :-1, 1:], here - x[:, :, 1:, :-1]
    return 0.5 * (right**2 + down**2).sum()


def absolute(x: Tensor) -> Tensor:
    return (x[:, :, 1:] - x[:, :, :-1]).abs().sum() + (x[..., 1:] - x[..., :-1]).abs().sum()


def stencil(x: Tensor) -> Tensor:
    """Nine points, the border replicated."""
    x = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    along_x = ((x[..., 1:-1, 2:] - x[..., 1:-1, 1:-1]) ** 2).mean() / 3
    along_y = ((x[..., 2:, 1:-1] - x[..., 1:-1, 1:-1]) ** 2).mean() / 3
    falling = ((x[..., 1:, 1:] - x[..., :-1, :-1]) ** 2).mean() / 12
    rising = ((x[..., 1:, :-1] - x[..., :-1, 1:]) ** 2).mean() / 12
    return 2 * (along_x + along_y + falling + rising)
