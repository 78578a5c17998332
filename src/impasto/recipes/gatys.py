"""The recipes of Gatys, Ecker and Bethge: the paper, and the programs that they published."""

from dataclasses import replace

from impasto.declare import Knobs, Recipe
from impasto.methods.gatys_settings import STYLE_LAYERS, Gatys
from impasto.recipes.terms import (
    AFTER_RELU,
    CAFFE_19,
    CAFFE_BGR,
    GATYS_2016,
    NO_TV,
)

NOTEBOOK = Gatys(
    size=512,
    size_of="shorter",
    iterations=(520,),  # 26 calls of 20 evaluations, the first number of calls that passes 500
    style_fit="own",
    encoder="vgg19",
    pooling="max",
    padding="zeros",
    input_range=255.0,
    precision="float32",  # bfloat16 cannot see the first step of torch's L-BFGS
    content_weight=1e0,
    content_layers={"relu4_2": 1.0},
    content_reduction="mean",
    style_weight=1.0,
    style_layers={
        "relu1_1": 1e3 / 64**2,  # 1e3 / C² with C the layer's channels
        "relu2_1": 1e3 / 128**2,
        "relu3_1": 1e3 / 256**2,
        "relu4_1": 1e3 / 512**2,
        "relu5_1": 1e3 / 512**2,
    },
    gram_divisor="N",
    style_reduction="mean",
    tv_weight=0.0,
    init="content",
    parameterization="pixels",
    pixel_range=255.0,
    optimizer="lbfgs-plain",
    learning_rate=1.0,
    history=100,
)

NOTEBOOK_KNOBS = Knobs(
    weights=CAFFE_19,
    input_range="0 to 255",
    channels_and_mean=CAFFE_BGR,
    tap=AFTER_RELU,
    gram_divisor="N, the positions of the layer",
    reduction="mean over the content's features and over each Gram matrix, no factor",
    total_variation=NO_TV,
)

GATYS_RECIPES = (
    Recipe(
        name="gatys-2016",
        method=Gatys(
            size=512,
            size_of="longer",
            iterations=(500,),
            style_fit="own",
            encoder="vgg16-normalized",
            pooling="average",
            padding="zeros",
            input_range=255.0,
            content_weight=5e-3 * 1 / 2,  # α of α / β = 5e-3 (figure 3 D), and ½ of eq. 1
            content_layers={"relu4_2": 1.0},
            content_reduction="mean",  # a sum in eq. 1: see the last departure
            style_weight=1.0 * 1 / 4,  # β, and ¼ of eq. 4
            style_layers=dict.fromkeys(STYLE_LAYERS, 1 / 5),  # w of eq. 5
            gram_divisor="N",
            style_reduction="mean",  # 1 / (C² N²) of eq. 4
            tv_weight=0.0,
            init="noise",
            noise="normal",
            noise_spread=1 / 255,
            parameterization="pixels",
            pixel_range=255.0,
            optimizer="lbfgs",
            learning_rate=1.0,
            history=10,
        ),
        paper=GATYS_2016,
        summary="the paper: white noise, average pooling, the normalized network",
        source=(
            "the paper: eq. 1 to 7, section 2 (network, pooling), section 2.3 (sizes), section 3 "
            "(noise, about 512 x 512 pixels), figure 3 (layers, w = 1/5, α / β). The noise and the "
            "number of evaluations, which the paper does not say, are from the authors' notebook"
        ),
        knobs=Knobs(
            weights="VGG-19 with every filter scaled to a mean activation of 1",
            input_range="0 to 255",
            channels_and_mean=CAFFE_BGR,
            tap="after the ReLU, as in the authors' programs; the paper says conv1_1 and so on",
            gram_divisor="none, and N² in the loss: the same as N",
            reduction="½ mean over the content's features; ¼ mean over each Gram matrix",
            total_variation=NO_TV,
        ),
        departures=(
            "its network is a normalized VGG-19; ours is a VGG-16 normalized in the same way, on "
            "other photos",
            "it scales the painting to the photo's size; here the longer sides agree and the "
            "painting keeps its proportions, as in the authors' notebook",
            "it leaves open which L-BFGS; ours has a line search and a history of 10",
            "eq. 1 is half the sum over the content's features: with α / β = 1e-3, figure 3 B, "
            "that gives back the photo. Here it is half the mean, which gives pictures like the "
            "paper's; a mean is also what the authors' later program takes "
            "(github.com/leongatys/NeuralImageSynthesis, LossLayers.lua at cced0b9)",
        ),
    ),
    Recipe(
        name="gatys-2016-notebook",
        method=NOTEBOOK,
        paper=GATYS_2016,
        summary="the authors' own PyTorch notebook",
        source=(
            "github.com/leongatys/PytorchNeuralStyleTransfer, NeuralStyleTransfer.ipynb at be6c8e2 "
            "(the code is of 2017): `while n_iter <= 500` around steps of 20 makes 520 evaluations"
        ),
        knobs=NOTEBOOK_KNOBS,
    ),
    Recipe(
        name="gatys-2016-notebook-large",
        method=replace(
            NOTEBOOK,
            size=800,
            iterations=(520, 220),  # 26 and 11 calls of 20, which pass 500 and 200
            scale_step=800 / 512,
        ),
        paper=GATYS_2016
        + ', with the two scales of "Controlling perceptual factors in neural style transfer", '
        "CVPR 2017",
        summary="the authors' own PyTorch notebook, with its second, larger scale",
        source=(
            "github.com/leongatys/PytorchNeuralStyleTransfer, NeuralStyleTransfer.ipynb at "
            "be6c8e2, to its end: 512 and then 800 pixels"
        ),
        knobs=NOTEBOOK_KNOBS,
    ),
    Recipe(
        name="gatys-2017",
        method=replace(
            NOTEBOOK,
            size=1024,
            size_of="area",
            iterations=(500, 200),
            scale_step=2.0,
            pool_rounding="up",  # as Caffe does
            style_enlarge=False,
        ),
        paper=(
            'Gatys, Ecker, Bethge, Hertzmann and Shechtman, "Controlling perceptual factors in '
            'neural style transfer", CVPR 2017'
        ),
        summary="the authors' two scales, 512 and 1024 pixels",
        source=(
            "github.com/leongatys/NeuralImageSynthesis, ExampleNotebooks/BasicStyleTransfer.ipynb, "
            "ImageSynthesis.lua and LossLayers.lua at cced0b9 (2017): the parameters for the "
            "original network"
        ),
        knobs=NOTEBOOK_KNOBS,
        departures=(
            "never enlarges a picture; here a small photo is enlarged",
            "saves the first scale as a JPEG before it enlarges it",
        ),
    ),
)
