"""Nearest neighbors against SciPy's distances of all pairs."""

import numpy as np
import pytest
import torch
from drawn import clouds, noise, vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from impasto.evaluation.metrics import nearest_neighbor
from impasto.evaluation.metrics.nearest_neighbor import coverage, nearest, nearest_in_style
from impasto.evaluation.vision import features, rows


@given(st.integers(0, 10**6), st.integers(1, 20), st.integers(1, 20), st.integers(1, 7))
@settings(max_examples=50, deadline=None)
def test_equals_brute_force_however_it_is_cut(seed, n, m, chunk):
    here, there = vectors(seed, n, 5).double(), vectors(seed + 1, m, 5).double()
    distances = cdist(here, there, metric="cosine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest_neighbor, "CHUNK", chunk)
        np.testing.assert_allclose(nearest(here, there), distances.min(1), atol=1e-9)
        np.testing.assert_allclose(nearest(there, here), distances.min(0), atol=1e-9)


def test_a_collapse_is_seen_by_coverage_only():
    painting = vectors(1, 40, 6)
    collapsed = painting[3].expand(40, 6)
    assert nearest(collapsed, painting).max() < 1e-6
    assert nearest(painting, collapsed).mean() > 0.05


def test_order_and_length_do_not_count():
    here, there = vectors(2, 15, 4).double(), vectors(3, 12, 4).double()
    order = torch.randperm(15, generator=torch.Generator().manual_seed(4))
    mixed = here[order] * 7
    for one, other in (
        (nearest(mixed, there), nearest(here, there)),
        (nearest(there, mixed), nearest(there, here)),
    ):
        assert one.mean().item() == pytest.approx(other.mean().item(), abs=1e-12)


def test_both_metrics_are_means_of_cosine_distances():
    output, style = noise(5, 40, 48), clouds(6, 40, 48)
    here, there = (rows(features(image, "relu3_1")).double().numpy() for image in (output, style))
    distances = cdist(here, there, metric="cosine")
    ours = nearest_in_style(output, output, style), coverage(output, output, style)
    # 1 - cosine loses digits near zero: the network and the product are single precision
    assert ours == pytest.approx((distances.min(1).mean(), distances.min(0).mean()), abs=1e-6)


def test_some_ask_and_all_answer(monkeypatch):
    """A grid of the output looks for its nearest among every position of the painting."""
    monkeypatch.setattr(nearest_neighbor, "ASKED", 36)
    output, style = noise(5, 40, 48), clouds(6, 40, 48)
    here, there = features(output, "relu3_1"), features(style, "relu3_1")
    grid = here[..., ::2, ::2].flatten(2)[0].T.double().numpy()
    assert len(grid) < here[0, 0].numel()
    distances = cdist(grid, rows(there).double().numpy(), metric="cosine")
    found = nearest_in_style(output, output, style)
    assert found == pytest.approx(distances.min(1).mean(), abs=1e-6)


def test_fixed_points():
    style = clouds(7, 48, 48)
    assert nearest_in_style(style, style, style) == pytest.approx(0, abs=1e-6)
    assert coverage(style, style, style) == pytest.approx(0, abs=1e-6)
    half = style[..., :24].repeat(1, 1, 1, 2)  # half of the painting twice
    assert coverage(half, style, style) > 2 * nearest_in_style(half, style, style)
    with pytest.raises(ValueError, match=r"the output is 3 pixels wide and 48 pixels high"):
        coverage(noise(8, 48, 3), style, style)
