"""What is folded comes back, and what is masked is what torch masks."""

import pytest
import torch

from impasto.networks import bits


@pytest.mark.parametrize("each", [1, 2, 4, 8])
@pytest.mark.parametrize("count", [1, 7, 8, 9, 64, 1001])
@pytest.mark.parametrize("dtype", bits.INTEGERS.values(), ids=str)
def test_what_is_folded_takes_its_bits_and_comes_back(each, count, dtype):
    generator = torch.Generator().manual_seed(count)
    numbers = torch.randint(2**each, (count,), generator=generator).to(dtype)
    folded = bits.fold(numbers, each)
    assert folded.nbytes == -(-count * each // 8)
    back = bits.unfold(folded, each, numbers)
    assert back.dtype == dtype and torch.equal(back, numbers)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64], ids=str)
def test_a_gradient_is_masked_as_by_a_relu(dtype, monkeypatch):
    rows = 2 * 5 * 7 * dtype.itemsize
    monkeypatch.setattr(bits, "PART", rows)  # two rows in a part, the last of them shorter
    generator = torch.Generator().manual_seed(0)
    x, gradient = (
        torch.randn(1, 5, 11, 7, generator=generator)
        .to(dtype)
        .contiguous(memory_format=torch.channels_last)
        for _ in range(2)
    )
    x[0, 0, 0, 0], x[0, 1, 0, 0] = 0.0, -0.0
    packed = bits.pack(x)
    assert len(packed) == 6
    expected = torch.ops.aten.threshold_backward(gradient, x, 0)
    assert torch.equal(bits.masked(gradient, packed), expected)
