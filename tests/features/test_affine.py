"""Maps in closed form: what the features have afterwards, against formulas and a slow oracle."""

import pytest
import torch

from impasto.features.affine import (
    EPSILON,
    Affine,
    adain,
    blend,
    identity,
    sample_of,
    whiten_color,
)
from impasto.features.statistics import covariance, moments


def features(seed, h=12, w=15, c=6, *, rank=None):
    """Correlated features (1, c, h, w) in float64 that lie in `rank` directions only."""
    rng = torch.Generator().manual_seed(seed)
    mixing = torch.randn(c, rank or c, generator=rng, dtype=torch.float64)
    noise = torch.randn(rank or c, h * w, generator=rng, dtype=torch.float64)
    offset = torch.randn(c, 1, generator=rng, dtype=torch.float64)
    return (mixing @ noise + 2 * offset).view(1, c, h, w)


def flat(features):
    return features[0].flatten(1)


def test_adain_is_the_papers_formula_with_the_variance_of_a_sample():
    content, style = features(0), features(1, 9, 7)
    mapped = adain(sample_of(content), sample_of(style))(content)
    x, y = flat(content), flat(style)
    deviation = (
        (x.var(1, unbiased=True) + EPSILON).sqrt(),
        (y.var(1, unbiased=True) + EPSILON).sqrt(),
    )
    normal = (x - x.mean(1, keepdim=True)) / deviation[0][:, None]
    expected = normal * deviation[1][:, None] + y.mean(1, keepdim=True)
    assert torch.allclose(flat(mapped), expected, atol=1e-10)


def oracle(content, style, identity_term):
    """Whitening and coloring as the paper tells it, one after the other, with singular values."""
    x, y = flat(content), flat(style)
    x, y = x - x.mean(1, keepdim=True), y - y.mean(1, keepdim=True)
    sigma = x @ x.T / x.shape[1] + identity_term * torch.eye(len(x), dtype=x.dtype)
    vectors, values, _ = torch.linalg.svd(sigma)
    kept = values > EPSILON
    whitened = vectors[:, kept] @ torch.diag(values[kept] ** -0.5) @ vectors[:, kept].T @ x
    vectors, values, _ = torch.linalg.svd(y @ y.T / y.shape[1])
    kept = values > EPSILON
    colored = vectors[:, kept] @ torch.diag(values[kept] ** 0.5) @ vectors[:, kept].T @ whitened
    return colored + flat(style).mean(1, keepdim=True)


@pytest.mark.parametrize("identity_term", [0.0, 1.0])
@pytest.mark.parametrize("rank", [None, 3])
def test_whitening_and_coloring_equal_a_slow_oracle(identity_term, rank):
    content, style = features(2, rank=rank), features(3, 20, 11)
    mapped = whiten_color(sample_of(content), sample_of(style), identity_term=identity_term)(
        content
    )
    assert torch.allclose(flat(mapped), oracle(content, style, identity_term), atol=1e-8)


def test_whitened_and_colored_features_have_the_styles_mean_and_covariance():
    content, style = features(4).float(), features(5, 20, 11).float()
    after = moments(whiten_color(sample_of(content), sample_of(style))(content))
    wanted = moments(style)
    assert torch.allclose(after.mean, wanted.mean, atol=1e-4)
    assert torch.allclose(covariance(after), covariance(wanted), atol=1e-4)


def test_a_style_that_is_the_content_changes_nothing():
    content = features(6)
    own = sample_of(content)
    for each in (whiten_color(own, own), adain(own, own), identity(6)):
        assert torch.allclose(each(content), content, atol=1e-9)


def test_flat_features_become_the_styles_mean_and_stay_finite():
    content = torch.ones(1, 6, 5, 5, dtype=torch.float64)
    style = features(7)
    mapped = whiten_color(sample_of(content), sample_of(style))(content)
    assert torch.allclose(flat(mapped), flat(style).mean(1, keepdim=True).expand(6, 25), atol=1e-6)
    one = adain(sample_of(content[..., :1, :1]), sample_of(style))(content[..., :1, :1])
    assert one.isfinite().all()


def test_a_blend_is_that_of_the_features_after_each_map():
    content = features(8)
    maps = [whiten_color(sample_of(content), sample_of(features(seed))) for seed in (9, 10)]
    mixed = blend((0.3, 0.7), maps)(content)
    assert torch.allclose(mixed, 0.3 * maps[0](content) + 0.7 * maps[1](content), atol=1e-10)
    half = blend((0.5, 0.5), (maps[0], identity(6)))(content)
    assert torch.allclose(half, (maps[0](content) + content) / 2, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_features_keep_their_type_and_a_part_becomes_the_part(dtype):
    content = features(11).to(dtype).contiguous(memory_format=torch.channels_last)
    each = whiten_color(sample_of(content), sample_of(features(12).float()))
    assert isinstance(each, Affine) and each(content).dtype == dtype
    whole, part = each(content)[..., 2:7, 3:9], each(content[..., 2:7, 3:9])
    assert torch.allclose(
        whole.float(), part.float(), atol=1e-2 if dtype == torch.bfloat16 else 1e-5
    )
