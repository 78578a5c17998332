"""Self-similarity against SciPy's cosine distances."""

import numpy as np
import pytest
import torch
from drawn import clouds, noise, plain, vectors
from scipy.spatial.distance import cdist

from impasto.evaluation.metrics.self_similarity import relations, self_similarity
from impasto.evaluation.vision import features, rows


def columns(found):
    distances = cdist(found, found, metric="cosine")
    return distances / distances.sum(0)


def test_relations_are_columns_of_cosine_distances():
    found = vectors(1, 30, 7)
    expected = columns(found.double().numpy())
    np.testing.assert_allclose(relations(found).numpy(), expected, atol=1e-9)
    assert torch.allclose(relations(found).sum(0), torch.ones(30).double())


def test_relations_ignore_length_and_rotation():
    found = vectors(2, 20, 6)
    turn = torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(3))).Q
    lengths = 0.1 + torch.rand(20, 1, generator=torch.Generator().manual_seed(4))
    assert torch.allclose(relations(found @ turn * lengths), relations(found), atol=1e-6)


@pytest.mark.parametrize("found", [torch.ones(5, 3), torch.zeros(4, 3), torch.ones(1, 3)])
def test_where_all_positions_agree_relations_are_even(found):
    even = torch.full((len(found), len(found)), 1 / len(found)).double()
    assert torch.allclose(relations(found), even)


def test_is_half_the_mean_difference_of_columns():
    photo, output = clouds(5, 64, 80), noise(6, 64, 80)
    here, there = (
        columns(rows(features(image, "relu4_1")).double().numpy()) for image in (output, photo)
    )
    expected = np.abs(here - there).sum() / 2 / len(here)
    assert self_similarity(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def test_fixed_points():
    photo = clouds(7, 64, 64)
    assert self_similarity(photo, photo, photo) == 0
    assert self_similarity(noise(8, 64, 64), photo, photo) < 1
    assert self_similarity(plain(0.5, 16, 16), clouds(3, 16, 16), photo) > 0.01
    with pytest.raises(ValueError, match=r"the output is 9 pixels wide and 7 pixels high"):
        self_similarity(noise(9, 7, 9), photo, photo)
    with pytest.raises(ValueError, match="expected at least 16 on each side"):
        self_similarity(noise(9, 15, 16), photo, photo)  # one position is like itself
