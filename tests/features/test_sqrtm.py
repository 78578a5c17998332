"""The matrix square root against SciPy, and its gradient against differences."""

import pytest
import scipy.linalg
import torch

from impasto.features.sqrtm import sqrtm


def positive(n, condition, seed=0):
    """A symmetric matrix whose eigenvalues run from 1 to `condition`."""
    rng = torch.Generator().manual_seed(seed)
    basis, _ = torch.linalg.qr(torch.randn(n, n, generator=rng, dtype=torch.float64))
    values = torch.logspace(0, torch.tensor(condition).log10().item(), n, dtype=torch.float64)
    return basis @ values.diag() @ basis.T


@pytest.mark.parametrize("n", [1, 2, 7, 20])
def test_agrees_with_scipy(n):
    matrix = positive(n, 50.0)
    expected = torch.from_numpy(scipy.linalg.sqrtm(matrix.numpy()))
    torch.testing.assert_close(sqrtm(matrix), expected, rtol=1e-10, atol=1e-10)


def test_its_square_is_the_matrix():
    matrix = positive(6, 1e3)
    root = sqrtm(matrix)
    torch.testing.assert_close(root @ root, matrix, rtol=0, atol=1e-6 * matrix.norm().item())
    torch.testing.assert_close(root, root.T)


@pytest.mark.parametrize(("condition", "error"), [(1e3, 1e-4), (1e4, 5e-3), (1e6, 5e-3)])
def test_twelve_iterations_are_as_exact_as_is_said(condition, error):
    matrix = positive(64, condition)
    expected = torch.from_numpy(scipy.linalg.sqrtm(matrix.numpy()))
    assert (sqrtm(matrix) - expected).norm() < error * expected.norm()


def test_more_iterations_reach_worse_matrices():
    matrix = positive(6, 1e8)
    expected = torch.from_numpy(scipy.linalg.sqrtm(matrix.numpy()))
    few, many = sqrtm(matrix, 5), sqrtm(matrix, 30)
    assert (many - expected).norm() < 1e-4 * expected.norm() < (few - expected).norm()


def test_gradient():
    def of_symmetric(x):
        return sqrtm(x @ x.T + torch.eye(4, dtype=x.dtype), 30)

    x = torch.randn(4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    assert torch.autograd.gradcheck(of_symmetric, x.requires_grad_())


def test_a_nearly_singular_matrix_has_a_finite_gradient():
    row = torch.ones(5, 1)
    matrix = (row @ row.T + 1e-4 * torch.eye(5)).requires_grad_()
    (gradient,) = torch.autograd.grad(sqrtm(matrix).trace(), matrix)
    assert torch.isfinite(gradient).all()
