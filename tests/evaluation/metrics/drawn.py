"""Pictures and features that the tests of the metrics draw for themselves."""

import numpy as np
import torch
import torch.nn.functional as F

from impasto.images.color import luma_601


def noise(seed, h, w):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng)


def clouds(seed, h, w):
    """Noise that was blurred: soft shapes as in a photo."""
    soft = F.avg_pool2d(noise(seed, h + 8, w + 8), 9, stride=1)
    return ((soft - 0.5) * 4 + 0.5).clamp(0, 1)


def changed(image, amount=0.15):
    """The picture with grain and less contrast."""
    grain = noise(99, *image.shape[-2:]) - 0.5
    return (0.8 * image + 0.05 + amount * grain).clamp(0, 1)


def plain(value, h=40, w=48):
    return torch.full((1, 3, h, w), float(value))


def luma(image):
    return luma_601(image.double())[0, 0].numpy()


def vectors(seed, n, c):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(n, c, generator=rng) ** 2


def covariance(seed, c, rank=None):
    """A random covariance matrix and a mean, float64."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(c, rank or 2 * c))
    return torch.from_numpy(rng.normal(size=c)), torch.from_numpy(factor @ factor.T / c)
