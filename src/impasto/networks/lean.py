"""The layers of a frozen network, with a backward pass that keeps next to nothing.

The weights never learn. To send a gradient back, a convolution needs nothing of what it saw, a ReLU
one bit for each number, and a maximum pool (`pooling`) which of four numbers it took; torch keeps
the numbers themselves (Bhatia and Dangel, "Lowering PyTorch's memory consumption for selective
differentiation", 2024). Values and gradients are those of torch's own layers, ties included.
"""

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.features.statistics import Moments, Probe, add_gradient, paired, sums
from impasto.networks.bits import integers, masked, pack, parts, positive

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
            ctx.save_for_backward(*pack(y))
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        if ctx.saved_tensors:
            gradient = masked(gradient, ctx.saved_tensors)
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
        for part in parts(total):  # while they are in the processor's cache
            rows = ctx.probe.between(part.start, part.stop, part.start)
            add_gradient(total[:, :, part], y[:, :, part], rows, gradients[1:])
            integers(total)[part].mul_(positive(integers(y)[part]))
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
