"""The layers of a frozen network, with a backward pass that keeps next to nothing.

The weights never learn. To send a gradient back, a convolution needs nothing of what it saw, a ReLU
one bit for each number, and a maximum pool which of four numbers it took; torch keeps the numbers
themselves (Bhatia and Dangel, "Lowering PyTorch's memory consumption for selective
differentiation", 2024). Values and gradients are those of torch's own layers, ties included.
"""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.features.statistics import Moments, Probe, add_gradient, paired, sums

FEW = 16
"""Channels of what is cheaper to keep and to convolve again than what a convolution makes of it."""


class Kernel(NamedTuple):
    """A convolution 3 x 3, and the one that sends its gradient back.

    With a stride of 1 that is a convolution too: turned by 180°, from the outputs to the inputs.
    """

    weight: Tensor
    bias: Tensor
    turned: Tensor


def make_kernel(weight: Tensor, bias: Tensor) -> Kernel:
    """Return a kernel whose weights lie in memory as the pictures do, channels last."""
    turned = weight.flip(2, 3).transpose(0, 1)
    last = torch.channels_last
    return Kernel(
        weight.contiguous(memory_format=last), bias, turned.contiguous(memory_format=last)
    )


def convolve(x: Tensor, kernel: Kernel, padding: int) -> Tensor:
    """Return a convolution of x (1, c, h, w) with `padding` zeros around it."""
    return _Convolve.apply(x, kernel, padding)


def convolve_rectify(x: Tensor, kernel: Kernel, padding: int, *, pooled: bool) -> Tensor:
    """Return max(0, `convolve`).

    `pooled` promises that nothing but `max_pool` looks at it: that sends no gradient to where it is
    0, so that nothing needs to be kept here.
    """
    return _ConvolveRectify.apply(x, kernel, padding, pooled)


def convolve_rectify_measure(
    x: Tensor, kernel: Kernel, padding: int, probe: Probe, *, hidden: bool = False
) -> tuple[Tensor, list[Moments]]:
    """Return max(0, `convolve`) and its moments where a probe looks.

    `hidden` promises that nothing but another layer of these looks at the numbers: the gradient
    that it sends is nobody else's, so that the moments' is added where it lies.

    The gradient of both is made at once, and what is kept are the numbers themselves; of a picture,
    which has three of them where its features are 64, the picture: the first convolution is done
    again, a hundredth of the work for half of the memory.
    """
    y, *found = _ConvolveRectifyMeasure.apply(x, kernel, padding, probe, hidden)
    return y, paired(found)


def max_pool(x: Tensor, *, partial: bool) -> Tensor:
    """Return the maximum of each 2 x 2 positions of what is nowhere negative.

    With `partial` an odd row or column at the end is kept.
    """
    rows, columns = (side % 2 if partial else 0 for side in x.shape[-2:])
    return _MaxPool.apply(F.pad(x, (0, columns, 0, rows)) if rows or columns else x)


def average_pool(x: Tensor, *, partial: bool) -> Tensor:
    """Return the mean of each 2 x 2 positions; with `partial` also of what is left at the end."""
    return _AveragePool.apply(x, partial)


class _Convolve(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: Kernel, padding: int) -> Tensor:
        ctx.kernel, ctx.padding = kernel, padding
        return F.conv2d(x, kernel.weight, kernel.bias, padding=padding)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (gradient,) = gradients
        return F.conv2d(gradient, ctx.kernel.turned, padding=2 - ctx.padding), None, None


class _ConvolveRectify(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: Kernel, padding: int, pooled: bool) -> Tensor:
        ctx.kernel, ctx.padding = kernel, padding
        y = _rectified(x, kernel, padding)
        if ctx.needs_input_grad[0] and not pooled:
            ctx.save_for_backward(pack(y))
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        if ctx.saved_tensors:
            gradient = _keep(gradient, ctx.saved_tensors[0])
        sent = F.conv2d(gradient, ctx.kernel.turned, padding=2 - ctx.padding)
        return sent, None, None, None


class _ConvolveRectifyMeasure(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, kernel: Kernel, padding: int, probe: Probe, hidden: bool
    ) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        ctx.kernel, ctx.padding, ctx.probe, ctx.hidden = kernel, padding, probe, hidden
        y = _rectified(x, kernel, padding)
        ctx.again = x.shape[1] <= FEW
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(x if ctx.again else y)
        return y, *sums(y, probe)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        (y,), kernel = ctx.saved_tensors, ctx.kernel
        if ctx.again:
            y = _rectified(y, kernel, ctx.padding)
        if gradients[0] is None:
            total = torch.zeros_like(y)
        elif ctx.hidden:
            total = gradients[0].contiguous(memory_format=torch.channels_last)
        else:
            total = gradients[0].clone(memory_format=torch.channels_last)
        add_gradient(total, y, ctx.probe, gradients[1:])
        torch.ops.aten.threshold_backward.grad_input(total, y, 0, grad_input=total)
        sent = F.conv2d(total, kernel.turned, padding=2 - ctx.padding)
        return sent, None, None, None, None


def _rectified(x: Tensor, kernel: Kernel, padding: int) -> Tensor:
    """Return max(0, the convolution), in one pass over memory where the library has that."""
    weight, bias, _ = kernel
    if JOINED and x.device.type == "cpu" and x.dtype in (torch.float32, torch.bfloat16):
        sides, ones = [padding, padding], [1, 1]
        convolved = torch.ops.mkldnn._convolution_pointwise
        return convolved(x, weight, bias, sides, ones, ones, 1, "relu", [], "")
    return F.conv2d(x, weight, bias, padding=padding).relu_()


JOINED = torch.backends.mkldnn.is_available() and hasattr(
    torch.ops.mkldnn, "_convolution_pointwise"
)
"""Whether oneDNN is there, whose convolutions can end with a ReLU. Torch's compiler uses the same
operation, which has no public name; the bits are those of both one after the other."""


class _MaxPool(torch.autograd.Function):
    """Numbers are compared and masked as integers, which is several times as fast."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        pooled = x.new_empty(n, h // 2, w // 2, c).permute(0, 3, 1, 2)
        taken = x.new_empty(4, h // 2, w // 2, -(-c // 8), dtype=torch.uint8)
        for part in parts(pooled):
            windows, highest = _windows(_integers(x), part), _integers(pooled)[part]
            above, below = torch.maximum(*windows[:2]), torch.maximum(*windows[2:])
            torch.maximum(above, below, out=highest)
            if ctx.needs_input_grad[0]:
                # Of equal numbers the first is taken, as in torch; of zeros, none.
                some, low = _packed(highest > 0), _packed(below > above)
                for pair, here in ((slice(0, 2), some & ~low), (slice(2, 4), some & low)):
                    (left, right), (first, second) = taken[pair, part], windows[pair]
                    torch.bitwise_and(_packed(second > first), here, out=right)
                    torch.bitwise_xor(here, right, out=left)
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(taken)
            ctx.shape = x.shape
        return pooled

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (taken,), (gradient,) = ctx.saved_tensors, gradients
        n, c, h, w = ctx.shape
        numbers = _integers(gradient)
        table = _table(numbers)
        sent = gradient.new_empty(n, h, w, c).permute(0, 3, 1, 2)
        sent[..., h // 2 * 2 :, :] = 0
        sent[..., w // 2 * 2 :] = 0
        for part in parts(gradient):
            windows = _windows(_integers(sent), part)
            for bits, window in zip(taken[:, part], windows, strict=True):
                _mask(numbers[part], bits, table, out=window)
        return sent


class _AveragePool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, partial: bool) -> Tensor:
        ctx.shape, ctx.partial = x.shape, partial
        return F.avg_pool2d(x, 2, ceil_mode=partial)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        n, c, h, w = ctx.shape
        share = gradients[0] / 4
        sent = share.new_zeros(n, h, w, c).permute(0, 3, 1, 2)
        if ctx.partial and h % 2:
            share[:, :, -1] *= 2
        if ctx.partial and w % 2:
            share[..., -1] *= 2
        rows, columns = (h, w) if ctx.partial else (h // 2 * 2, w // 2 * 2)
        for window in (sent[:, :, i:rows:2, j:columns:2] for i in (0, 1) for j in (0, 1)):
            window.copy_(share[:, :, : window.shape[2], : window.shape[3]])
        return sent, None


PART = 2**21
"""Numbers that are worked on at once: few enough that what lies between two steps stays in the
processor's cache and in memory that was used before, and so many that starting a step costs little
(a quarter of this made an evaluation at 512 pixels 2 % slower in float32, 4 % in bfloat16)."""


def parts(x: Tensor) -> Iterator[slice]:
    """Yield parts of the rows of x (1, c, h, w)."""
    h = x.shape[-2]
    rows = max(1, PART * h // max(1, x.numel()))
    return (slice(start, min(start + rows, h)) for start in range(0, h, rows))


def _windows(x: Tensor, part: slice) -> list[Tensor]:
    """Return the first, second, third and fourth number of each window of x (h, w, c)."""
    rows, w = x[2 * part.start : 2 * part.stop], x.shape[1] // 2 * 2
    return [rows[i::2, j:w:2] for i in (0, 1) for j in (0, 1)]


INTEGERS = {2: torch.int16, 4: torch.int32, 8: torch.int64}
"""As wide as floating-point numbers of so many bytes."""


def _integers(x: Tensor) -> Tensor:
    """Return the bits of x (1, c, h, w) as integers (h, w, c), which is how they lie in memory.

    Of numbers from 0 up they keep the order.
    """
    return x[0].permute(1, 2, 0).view(INTEGERS[x.dtype.itemsize])


def pack(x: Tensor) -> Tensor:
    """Return for each number of x (1, c, h, w) a bit: whether it is positive."""
    _, c, h, w = x.shape
    bits = x.new_empty(h, w, -(-c // 8), dtype=torch.uint8)
    for part in parts(x):
        bits[part] = _packed(x[0].permute(1, 2, 0)[part] > 0)
    return bits


def _keep(x: Tensor, bits: Tensor) -> Tensor:
    """Return x (1, c, h, w) where a bit is set, and 0 elsewhere."""
    n, c, h, w = x.shape
    numbers = _integers(x)
    table = _table(numbers)
    kept = x.new_empty(n, h, w, c).permute(0, 3, 1, 2)
    for part in parts(x):
        _mask(numbers[part], bits[part], table, out=_integers(kept)[part])
    return kept


GATHER = 0x0102040810204080
"""Eight bytes that are 0 or 1, as one number times this: the highest byte has them as its bits."""
HIGHEST = 7 if sys.byteorder == "little" else 0


def _packed(flags: Tensor) -> Tensor:
    """Return the last dimension of booleans as bits, eight in a byte."""
    if left := -flags.shape[-1] % 8:
        flags = F.pad(flags, (0, left))
    eights = flags.flatten().view(torch.int64) * GATHER
    return eights.view(torch.uint8)[HIGHEST::8].view(*flags.shape[:-1], -1)


def _table(numbers: Tensor) -> Tensor:
    """Return what each byte is as a mask (256, 8) of integers: all bits, or none."""
    places = torch.arange(8, device=numbers.device)
    flags = (torch.arange(256, device=numbers.device).unsqueeze(1) >> places) & 1
    return (-flags).to(numbers.dtype)


def _mask(numbers: Tensor, bits: Tensor, table: Tensor, *, out: Tensor) -> None:
    """Write the numbers (rows, w, c) where a bit is set, and 0 elsewhere."""
    masks = table.index_select(0, bits.flatten().int()).view(*bits.shape[:2], -1)
    torch.bitwise_and(numbers, masks[..., : numbers.shape[-1]], out=out)
