"""What each published system minimises, written out in its own units.

A system is made of a photo and of paintings with weights, in [0, 1], and of a network's weights.
`numbers` writes a picture in [0, 1] as what the system optimises; `terms` are the parts of its
loss.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from oracle import (
    FIRST_OF_BLOCK,
    Weights,
    absolute,
    bgr,
    channels,
    gram,
    imagenet,
    inner_squares,
    matconvnet,
    mean_and_second,
    mse,
    positions,
    rgb,
    stencil,
    vgg,
    wasserstein,
)
from torch import Tensor

Paintings = Sequence[tuple[Tensor, float]]


@dataclass
class System:
    numbers: Callable[[Tensor], Tensor]
    terms: Callable[[Tensor], dict[str, Tensor]]


def gatys_2016(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Equations 1 to 7 of the paper, but for the mean in eq. 1; both pictures have one size."""
    ((painting, _),) = paintings
    P = vgg(bgr(photo), weights, "vgg16", pool="average")
    S = vgg(bgr(painting), weights, "vgg16", pool="average")

    def terms(x):
        F = vgg(x, weights, "vgg16", pool="average")
        content = 0.5 * mse(F["relu4_2"], P["relu4_2"])
        style = 0.0
        for layer in FIRST_OF_BLOCK:
            N, M = channels(F[layer]), positions(F[layer])
            G, A = gram(F[layer]), gram(S[layer])
            style = style + 1 / 5 * ((G - A) ** 2).sum() / (4 * N**2 * M**2)
        return {"content": 5e-3 * content, "style": style}

    return System(bgr, terms)


def notebook(
    photo: Tensor, paintings: Paintings, weights: Weights, rounding: str = "down"
) -> System:
    """The authors' program in Lua has the same terms with Caffe's pools."""
    ((painting, _),) = paintings
    net = partial(vgg, weights=weights, rounding=rounding)
    P, S = net(bgr(photo)), net(bgr(painting))
    of_layer = [1e3 / n**2 for n in (64, 128, 256, 512, 512)]

    def terms(x):
        F = net(x)
        style = 0.0
        for layer, weight in zip(FIRST_OF_BLOCK, of_layer, strict=True):
            G = gram(F[layer]) / positions(F[layer])
            A = gram(S[layer]) / positions(S[layer])
            style = style + weight * mse(G, A)
        return {"content": 1e0 * mse(F["relu4_2"], P["relu4_2"]), "style": style}

    return System(bgr, terms)


def neural_style_of(
    white: float,
    style_weight: float,
    tv: Callable[[Tensor], Tensor] | None,
    rounding: str,
) -> Callable[[Tensor, Paintings, Weights], System]:
    """The family of neural-style: Gram matrices of several paintings are mixed."""

    def build(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
        net = partial(vgg, weights=weights, rounding=rounding)
        P = net(bgr(photo, white))
        S = [(net(bgr(painting, white)), weight) for painting, weight in paintings]
        total = sum(weight for _, weight in S)

        def terms(x):
            F = net(x)
            style = 0.0
            for layer in FIRST_OF_BLOCK:
                G = gram(F[layer]) / F[layer].numel()
                A = sum(w / total * gram(s[layer]) / s[layer].numel() for s, w in S)
                style = style + style_weight * mse(G, A)
            found = {"content": 5e0 * mse(F["relu4_2"], P["relu4_2"]), "style": style}
            return found if tv is None else found | {"tv": 1e-3 * tv(x)}

        return System(lambda image: bgr(image, white), terms)

    return build


def anishathalye(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """The losses of several paintings are mixed; height and width of kernels are swapped."""
    swapped = {k: w.transpose(2, 3) if w.ndim == 4 else w for k, w in matconvnet(weights).items()}
    net = partial(vgg, weights=swapped, rounding="up")
    P = net(rgb(photo))
    S = [(net(rgb(painting)), weight) for painting, weight in paintings]
    total = sum(weight for _, weight in S)

    def terms(x):
        F = net(x)
        style = 0.0
        for s, weight in S:
            for layer in FIRST_OF_BLOCK:
                G, A = gram(F[layer]) / F[layer].numel(), gram(s[layer]) / s[layer].numel()
                style = style + 5e2 * weight / total * 1 / 5 * ((G - A) ** 2).sum() / G.numel()
        down, right = x[:, :, 1:] - x[:, :, :-1], x[..., 1:] - x[..., :-1]
        tv = 1e2 * 2 * ((down**2).sum() / 2 / down.numel() + (right**2).sum() / 2 / right.numel())
        return {"content": 5e0 * mse(F["relu4_2"], P["relu4_2"]), "style": style, "tv": tv}

    return System(rgb, terms)


def keras_of(
    architecture: str, content_weight: float, style_weight: float, tv_weight: float
) -> Callable[[Tensor, Paintings, Weights], System]:
    """The examples of Keras: "channels" is 3 and the size is the picture's, for every layer."""

    def build(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
        ((painting, _),) = paintings
        P, S = vgg(bgr(photo), weights, architecture), vgg(bgr(painting), weights, architecture)
        size = photo.shape[2] * photo.shape[3]

        def terms(x):
            F = vgg(x, weights, architecture)
            style = 0.0
            for layer in FIRST_OF_BLOCK:
                distance = ((gram(S[layer]) - gram(F[layer])) ** 2).sum()
                style = style + style_weight / 5 * distance / (4.0 * 3**2 * size**2)
            a = (x[:, :, :-1, :-1] - x[:, :, 1:, :-1]) ** 2
            b = (x[:, :, :-1, :-1] - x[:, :, :-1, 1:]) ** 2
            content = content_weight * ((F["relu5_2"] - P["relu5_2"]) ** 2).sum()
            return {"content": content, "style": style, "tv": tv_weight * ((a + b) ** 1.25).sum()}

        return System(bgr, terms)

    return build


def inetwork(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Keras's loss but for the style: a chain of all layers, whose features are less by 1."""
    ((painting, _),) = paintings
    usual = keras_of("vgg16", 0.025, 1.0, 8.5e-5)(photo, paintings, weights)
    S = vgg(bgr(painting), weights, "vgg16")
    size = photo.shape[2] * photo.shape[3]
    names = [f"relu{block}_{i}" for block in range(1, 6) for i in range(1, 4)]
    names = [name for name in names if name not in ("relu1_3", "relu2_3")]

    def terms(x):
        F = vgg(x, weights, "vgg16")

        def style_loss(layer):
            return ((gram(S[layer] - 1) - gram(F[layer] - 1)) ** 2).sum() / (36.0 * size**2)

        style = 0.0
        for i in range(12):
            sl = style_loss(names[i]) - style_loss(names[i + 1])
            style = style + 1.0 / 2 ** (12 - (i + 1)) * sl
        return {**usual.terms(x), "style": style}

    return System(bgr, terms)


def tensorflow(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Optimises pixels in [0, 1] and feeds 255 times as much."""
    ((painting, _),) = paintings
    P, S = vgg(bgr(photo), weights), vgg(bgr(painting), weights)

    def terms(x):
        F = vgg(bgr(x), weights)
        style = 0.0
        for layer in FIRST_OF_BLOCK:
            G = gram(F[layer]) / positions(F[layer])
            A = gram(S[layer]) / positions(S[layer])
            style = style + mse(G, A)
        content = 1e4 * mse(F["relu5_2"], P["relu5_2"])
        return {"content": content, "style": 1e-2 / 5 * style, "tv": 30 * absolute(x)}

    return System(lambda image: image.clone(), terms)


def cs20si(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Photo and painting have one size."""
    ((painting, _),) = paintings
    net = partial(vgg, weights=matconvnet(weights), pool="average", rounding="up")
    P, S = net(rgb(photo)), net(rgb(painting))

    def terms(x):
        F = net(x)
        content = ((F["relu4_2"] - P["relu4_2"]) ** 2).sum() / (4.0 * P["relu4_2"].numel())
        style = 0.0
        for layer, weight in zip(FIRST_OF_BLOCK, (0.5, 1.0, 1.5, 3.0, 4.0), strict=True):
            N, M = channels(F[layer]), positions(F[layer])
            difference = (gram(F[layer]) - gram(S[layer])) ** 2
            style = style + weight * (difference / (2 * N * M) ** 2).sum()
        return {"content": 0.01 * content, "style": 1 * style}

    return System(rgb, terms)


def udacity(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Optimises the normalized tensor; photo and painting have one size."""
    ((painting, _),) = paintings
    P, S = vgg(imagenet(photo), weights), vgg(imagenet(painting), weights)

    def terms(x):
        F = vgg(x, weights)
        style = 0.0
        for layer, weight in zip(FIRST_OF_BLOCK, (1.0, 0.75, 0.2, 0.2, 0.2), strict=True):
            _, d, h, w = F[layer].shape
            style = style + weight * mse(gram(F[layer]), gram(S[layer])) / (d * h * w)
        return {"content": 1 * mse(F["relu4_2"], P["relu4_2"]), "style": 1e6 * style}

    return System(imagenet, terms)


def symoon94(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Shallow layers before their ReLU."""
    ((painting, _),) = paintings
    P, S = vgg(imagenet(photo), weights), vgg(imagenet(painting), weights)

    def terms(x):
        F = vgg(imagenet(x), weights)
        style = 0.0
        for layer in ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"):
            G, A = gram(F[layer]) / F[layer].numel(), gram(S[layer]) / S[layer].numel()
            style = style + 100000 * mse(G, A)
        return {"content": 1 * mse(F["conv2_2"], P["conv2_2"]), "style": style}

    return System(lambda image: image.clone(), terms)


def crowsonkb(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Moments of several paintings are mixed, and the first convolution replicates the border."""

    def features(image):
        return vgg(imagenet(image), weights, replicate_first=True)

    P = features(photo)
    S = [(features(painting), weight) for painting, weight in paintings]
    total = sum(weight for _, weight in S)

    def terms(x):
        F = features(x)
        style = 0.0
        for layer, weight in zip(FIRST_OF_BLOCK, (256, 64, 16, 4, 1), strict=True):
            each = [(mean_and_second(s[layer]), w / total) for s, w in S]
            target = (
                sum(w * mean for (mean, _), w in each),
                sum(w * second for (_, second), w in each),
            )
            style = style + weight / 341 * wasserstein(mean_and_second(F[layer]), target)
        content = 0.015 * mse(F["relu4_2"], P["relu4_2"])
        return {"content": content, "style": style, "tv": 2.0 * stencil(x)}

    return System(lambda image: image.clone(), terms)


def pystiche(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    ((painting, _),) = paintings
    P, S = vgg(imagenet(photo), weights), vgg(imagenet(painting), weights)

    def terms(x):
        F = vgg(imagenet(x), weights)
        style = 0.0
        for layer in FIRST_OF_BLOCK:
            G = gram(F[layer]) / positions(F[layer])
            A = gram(S[layer]) / positions(S[layer])
            style = style + 1 / 5 * mse(G, A)
        return {"content": 1e0 * mse(F["relu4_2"], P["relu4_2"]), "style": 1e3 * style}

    return System(lambda image: image.clone(), terms)


def slow_neural_style(photo: Tensor, paintings: Paintings, weights: Weights) -> System:
    """Johnson's perceptual loss with a VGG-16 from Caffe."""
    net = partial(vgg, weights=weights, architecture="vgg16", rounding="up")
    ((painting, _),) = paintings
    P, S = net(bgr(photo)), net(bgr(painting))

    def terms(x):
        F = net(x)
        style = 0.0
        for layer in ("relu1_2", "relu2_2", "relu3_3", "relu4_3"):
            G, A = gram(F[layer]) / F[layer].numel(), gram(S[layer]) / S[layer].numel()
            style = style + 5.0 * mse(G, A)
        content = 1.0 * mse(F["relu3_3"], P["relu3_3"])
        return {"content": content, "style": style, "tv": 1e-6 * inner_squares(x)}

    return System(bgr, terms)


SYSTEMS = {
    "gatys-2016": gatys_2016,
    "gatys-2016-notebook": notebook,
    "gatys-2016-notebook-large": notebook,
    "gatys-2017": partial(notebook, rounding="up"),
    "neural-style-2015": neural_style_of(256.0, 1e2, inner_squares, "up"),
    "neural-style-2015-multiscale": neural_style_of(256.0, 5e2, None, "up"),
    "slow-neural-style-2016": slow_neural_style,
    "neural-style-pt-2018": neural_style_of(255.0, 1e2, absolute, "down"),
    "anishathalye-2015": anishathalye,
    "titu1994-2016": keras_of("vgg16", 0.025, 1.0, 8.5e-5),
    "titu1994-2016-inetwork": inetwork,
    "keras-2017": keras_of("vgg19", 0.025, 1.0, 1e-4),
    "keras-2021": keras_of("vgg19", 2.5e-8, 1e-6, 1e-6),
    "tensorflow-2019": tensorflow,
    "cs20si-2017": cs20si,
    "udacity-2018": udacity,
    "symoon94-2018": symoon94,
    "crowsonkb-2021": crowsonkb,
    "pystiche-2020": pystiche,
}
ONE_SIZE = {  # systems whose formulas need a painting of the photo's size
    "gatys-2016",
    "titu1994-2016",
    "titu1994-2016-inetwork",
    "keras-2017",
    "keras-2021",
    "cs20si-2017",
    "udacity-2018",
}
MIXING = {  # systems with a way of their own to mix paintings
    "neural-style-2015",
    "neural-style-2015-multiscale",
    "neural-style-pt-2018",
    "anishathalye-2015",
    "crowsonkb-2021",
}
