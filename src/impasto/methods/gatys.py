"""Image style transfer by optimization (Gatys, Ecker and Bethge, CVPR 2016) and its relatives.

The picture is changed until its deep features resemble the photo's and the statistics of its
features those of the painting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate

import torch
from torch import Tensor

from impasto.choices import MIN_SIDE
from impasto.contracts import Image, Inputs, Stage, Step
from impasto.heap import kept
from impasto.images.resize import fit, resize
from impasto.methods.gatys_loss import GatysLoss
from impasto.methods.gatys_memory import Numbers, fitted, is_shelved, on_disk, state_size
from impasto.methods.gatys_settings import Gatys
from impasto.methods.gatys_start import start_picture
from impasto.networks.encoder import Encoder, load_encoder
from impasto.networks.precision import network_dtype
from impasto.networks.vgg import check_layers, least_side
from impasto.optimize.canvas import Canvas
from impasto.optimize.minimize import Schedule, minimize
from impasto.optimize.schedule import left_out, scale_sizes
from impasto.optimize.solver import Solver
from impasto.shelf import put_back, shelve
from impasto.weights.store import architecture_of


def run(
    settings: Gatys,
    inputs: Inputs,
    *,
    rng: torch.Generator,
    resume: Mapping[str, Tensor] | None = None,
    memory: int | None = None,
) -> Iterator[Step]:
    """Yield a step for every evaluation of the loss, scale by scale."""
    device = inputs.content.device
    encoder = load_network(settings, _dtype(settings, device), device)
    scales = plan(settings, inputs, memory)
    planned = list(accumulate((scale.evaluations for scale in scales), initial=0))
    first = 0 if resume is None else int(resume["scale"])
    made = 0 if resume is None else int(resume["made"])
    picture, earlier = None, None
    for number, scale in list(enumerate(scales))[first:]:
        size, shrunk = scale.size, max(scale.size) / max(scales[-1].size)
        tile = scale.tile if resume is None else _smaller(int(resume["tile"]) or None, scale.tile)
        if resume is None and picture is None:
            picture = shelve(start_picture(settings, inputs, size, rng))
        with kept(scale.kept if tile == scale.tile else 0):
            picture, earlier, more = yield from minimize(
                make_loss(settings, encoder, inputs, size, shrunk, tile),
                resize(picture, size) if picture is not None else inputs.content,
                canvas=Canvas(settings.parameterization, settings.pixel_range),
                solver=make_solver(settings),
                schedule=Schedule(
                    scale.evaluations,
                    made=made,
                    skipped=planned[number] - made,
                    total=planned[-1],
                    stage=f"scale {number + 1} of {len(scales)}, {size[1]} x {size[0]}",
                    scale=number,
                    tile=tile or 0,
                    note=_note(settings, number, len(scales), tile),
                    tolerance=settings.tolerance,
                    patience=settings.patience,
                    average=settings.average,
                ),
                earlier=earlier,
                resume=resume,
            )
        made, resume = made + more, None
        earlier = earlier if settings.warm_start else None  # it takes several times the picture


def plan(settings: Gatys, inputs: Inputs, memory: int | None = None) -> list[Stage]:
    """Return size, evaluations and memory of each scale, in tiles if it takes more than that.

    Raises:
        ValueError: the network has no such layer.
    """
    check_layers(architecture_of(settings.encoder), settings.all_layers)
    scales, device = plan_scales(settings, inputs), inputs.content.device
    numbers = Numbers(_dtype(settings, device).itemsize, shelf=device.type == "cpu")
    stages: list[Stage] = []
    for size, evaluations in scales:
        shrunk = max(size) / max(scales[-1][0])
        paintings = [style_size(settings, each.image, size, shrunk) for each in inputs.styles]
        need = fitted(settings, size, paintings, numbers, memory)
        stages.append(
            Stage(
                size,
                evaluations,
                need.memory,
                state=state_size(settings, size),
                tile=need.tile,
                disk=on_disk(settings, size, numbers, need.tile),
                shelved=is_shelved(size, numbers),
                kept=need.kept,
            )
        )
    return stages


def _smaller(before: int | None, now: int | None) -> int | None:
    """Return the tiles that a run goes on with: as before, unless less memory is left now."""
    if before is None or now is None:
        return before or now
    return min(before, now)


def _note(settings: Gatys, number: int, scales: int, tile: int | None) -> str:
    """Return what the reader should know when a scale begins."""
    notes = ["" if number else left_out(settings.iterations, scales, shortest(settings))]
    if tile:
        notes.append(f"computed in tiles of {tile} pixels, for which memory is enough")
    return "; ".join(filter(None, notes))


def plan_scales(settings: Gatys, inputs: Inputs) -> list[tuple[tuple[int, int], int]]:
    """Return the size (h, w) and the evaluations of each scale, the coarsest first."""
    h, w = inputs.content.shape[-2:]
    whole = fit((h, w), settings.size, settings.size_of)
    sizes = scale_sizes(whole, len(settings.iterations), settings.scale_step, shortest(settings))
    return list(zip(sizes, settings.iterations[-len(sizes) :], strict=True))


def load_network(
    settings: Gatys, dtype: torch.dtype, device: torch.device | str = "cpu"
) -> Encoder:
    """Return the network as the settings have it."""
    return load_encoder(
        settings.encoder,
        pooling=settings.pooling,
        pool_rounding=settings.pool_rounding,
        kernels=settings.kernels,
        padding=settings.padding,
        dtype=dtype,
        device=device,
    )


def make_solver(settings: Gatys) -> Solver:
    """Return the optimizer that the settings describe."""
    return Solver(
        settings.optimizer,
        learning_rate=settings.learning_rate,
        history=settings.history,
        betas=settings.betas,
        epsilon=settings.epsilon,
        epsilon_form=settings.epsilon_form,
        decay=settings.decay,
        unit=settings.pixel_range,
    )


def make_loss(
    settings: Gatys,
    encoder: Encoder,
    inputs: Inputs,
    size: tuple[int, int],
    shrunk: float = 1.0,
    tile: int | None = None,
) -> GatysLoss:
    """Return the loss at one scale, in tiles or in one.

    `shrunk` is its size relative to the last one.
    """
    content = shelve(resize(inputs.content, size))
    put_back(inputs.content)
    sizes = (style_size(settings, each.image, size, shrunk) for each in inputs.styles)
    styles = [
        replace(style, image=shelve(resize(style.image, its)))
        for style, its in zip(inputs.styles, sizes, strict=True)
    ]
    return GatysLoss(settings, encoder, content, styles, inputs.masks, tile)


def style_size(
    settings: Gatys, image: Image, size: tuple[int, int], shrunk: float
) -> tuple[int, int]:
    """Return the size (h, w) of a painting that goes with a photo of this size."""
    h, w = image.shape[-2:]
    if settings.style_fit == "squash":
        wanted = (size[0] * settings.style_scale, size[1] * settings.style_scale)
    elif settings.style_fit == "width":
        wanted = (h * size[1] * settings.style_scale / w, size[1] * settings.style_scale)
    else:
        side = max(1, round(settings.size * settings.style_scale * shrunk))
        wanted = fit((h, w), side, settings.size_of)
    if not settings.style_enlarge and wanted[0] > h:
        wanted = (h, w)
    return max(round(wanted[0]), shortest(settings)), max(round(wanted[1]), shortest(settings))


def shortest(settings: Gatys) -> int:
    """Return the shortest side in pixels that a scale or a painting may have."""
    return max(MIN_SIDE, least_side(settings.all_layers, settings.padding))


def _dtype(settings: Gatys, device: torch.device) -> torch.dtype:
    """Return the network's arithmetic.

    Plain L-BFGS begins with a step of 1/|g|₁, which bfloat16 rounds away: the picture would
    stay what it was.
    """
    careful = settings.optimizer == "lbfgs-plain" and settings.precision == "auto"
    return network_dtype("float32" if careful else settings.precision, device)
