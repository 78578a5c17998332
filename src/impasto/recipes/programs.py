"""The recipes of programs that people run: neural-style and those that came after it."""

from dataclasses import replace

from impasto.declare import Knobs, Recipe
from impasto.methods.gatys_settings import STYLE_LAYERS, Gatys
from impasto.recipes.terms import (
    AFTER_RELU,
    CAFFE_19,
    CAFFE_BGR,
    CAFFE_RGB,
    GATYS_2015,
    IMAGENET,
    NO_TV,
    PICTURE_SIZE,
    TORCHVISION_19,
)

NEURAL_STYLE = Gatys(
    size=512,
    size_of="longer",
    iterations=(1000,),
    style_scale=1.0,
    style_fit="own",
    encoder="vgg19",
    pooling="max",
    pool_rounding="up",  # as Caffe does
    padding="zeros",
    input_range=256.0,
    precision="float32",  # bfloat16 cannot see the first step of torch's L-BFGS
    content_weight=5e0,
    content_layers={"relu4_2": 1.0},
    content_reduction="mean",
    style_weight=1e2,
    style_layers=dict.fromkeys(STYLE_LAYERS, 1.0),
    gram_divisor="CN",
    style_reduction="mean",
    style_mixing="statistics",
    tv_weight=1e-3 * 256**2,  # 1e-3 on pixels in [0, 256], whose squares are 256² times ours
    tv="l2",
    init="noise",
    noise="normal",
    noise_spread=0.001 / 256,
    parameterization="pixels",
    pixel_range=256.0,
    optimizer="lbfgs-plain",
    learning_rate=1.0,
    history=100,
)

NEURAL_STYLE_KNOBS = Knobs(
    weights=CAFFE_19,
    input_range="0 to 256",
    channels_and_mean=CAFFE_BGR,
    tap=AFTER_RELU,
    gram_divisor="C N, channels times positions",
    reduction="mean over the content's features and over each Gram matrix, no factor",
    total_variation=(
        "½ sum of squared differences without the last row and column, on pixels in [0, 256]; only "
        "its gradient is used, its value is not in the loss that is printed"
    ),
)

GRADIENT_ONLY_TV = (
    "its loss does not contain the total variation, only its gradient does; ours has both"
)

PROGRAM_RECIPES = (
    Recipe(
        name="neural-style-2015",
        method=NEURAL_STYLE,
        paper=GATYS_2015,
        summary="Johnson's neural-style in Lua, the first program that everybody used",
        source=(
            "github.com/jcjohnson/neural-style, neural_style.lua at 07c4b82 (2017; published in "
            "2015). optim.lbfgs with maxIter 1000 makes 1000 evaluations, and nCorrection is 100"
        ),
        knobs=NEURAL_STYLE_KNOBS,
        departures=(
            GRADIENT_ONLY_TV,
            "its noise lies around the mean color divided by 256, ours divided by 255: 0.4 % "
            "brighter",
        ),
    ),
    Recipe(
        name="neural-style-2015-multiscale",
        method=replace(
            NEURAL_STYLE,
            size=2048,
            iterations=(1000, 500, 200, 100),
            scale_step=2.0,
            style_weight=5e2,
            tv_weight=0.0,
        ),
        paper=GATYS_2015,
        summary="neural-style from 256 to 2048 pixels, for large prints",
        source=(
            "github.com/jcjohnson/neural-style, examples/multigpu_scripts/starry_stanford.sh at "
            "07c4b82 (2017): 256, 512, 1024 and 2048 pixels"
        ),
        knobs=replace(NEURAL_STYLE_KNOBS, total_variation=NO_TV),
        departures=(
            "its fifth and last scale, 50 evaluations at 3620 pixels with a history of 5, is left "
            "out: it is not twice the scale before",
        ),
    ),
    Recipe(
        name="slow-neural-style-2016",
        method=replace(
            NEURAL_STYLE,
            iterations=(500,),
            encoder="vgg16",
            input_range=255.0,
            content_weight=1.0,
            content_layers={"relu3_3": 1.0},
            style_weight=5.0,
            style_layers=dict.fromkeys(("relu1_2", "relu2_2", "relu3_3", "relu4_3"), 1.0),
            tv_weight=1e-6 * 255**2,  # 1e-6 on pixels in [0, 255]
            noise_spread=1 / 255,
            pixel_range=255.0,
        ),
        paper=(
            'Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer and '
            'super-resolution", ECCV 2016'
        ),
        summary="the slow twin of fast-neural-style: the same loss, optimized for one picture",
        source=(
            "github.com/jcjohnson/fast-neural-style, slow_neural_style.lua at 138faf1 and "
            "fast_neural_style/{PerceptualCriterion,StyleLoss,TotalVariation,preprocess}.lua at "
            "2cdacb2 (2017; published in 2016). The paper has relu2_2 for the content"
        ),
        knobs=replace(
            NEURAL_STYLE_KNOBS,
            weights="VGG-16 of Simonyan and Zisserman, as published for Caffe",
            input_range="0 to 255",
            total_variation=NEURAL_STYLE_KNOBS.total_variation.replace("256", "255"),
        ),
        departures=(GRADIENT_ONLY_TV,),
    ),
    Recipe(
        name="neural-style-pt-2018",
        method=replace(
            NEURAL_STYLE,
            pool_rounding="down",  # as PyTorch does
            input_range=255.0,
            tv_weight=1e-3 * 255,  # 1e-3 on pixels in [0, 255], whose differences are 255 x ours
            tv="l1",
            noise_spread=0.001 / 255,
            pixel_range=255.0,
        ),
        paper=GATYS_2015,
        summary="neural-style in PyTorch",
        source=(
            "github.com/ProGamerGov/neural-style-pt, neural_style.py and CaffeLoader.py at 7251405 "
            "(2022; published in 2018). Its L-BFGS has torch's learning rate of 1: -learning_rate "
            "is for Adam only. max_iter 1000 makes 1000 evaluations; max_eval, 1250, never binds"
        ),
        knobs=replace(
            NEURAL_STYLE_KNOBS,
            input_range="0 to 255",
            total_variation="sum of absolute differences, on pixels in [0, 255]",
        ),
    ),
    Recipe(
        name="anishathalye-2015",
        method=Gatys(
            size=512,
            size_of="longer",
            iterations=(1000,),
            style_scale=1.0,
            style_fit="width",
            encoder="vgg19",
            pooling="max",
            pool_rounding="up",  # TensorFlow's SAME
            kernels="transposed",  # it swaps height and width of what it reads; see its issue 180
            padding="zeros",
            input_range=255.0,
            content_weight=5e0,
            content_layers={"relu4_2": 1.0},  # and relu5_2 with 1 - blend = 0
            content_reduction="mean",
            style_weight=5e2,
            style_layers=dict.fromkeys(STYLE_LAYERS, 1 / 5),
            gram_divisor="CN",
            style_reduction="mean",
            style_mixing="losses",
            tv_weight=1e2 * 255**2,  # 1e2 on pixels in [0, 255], whose squares are 255² times ours
            tv="l2-mean",
            init="noise",
            noise="normal",
            noise_spread=0.256 / 255,
            parameterization="pixels",
            pixel_range=255.0,
            optimizer="adam",
            learning_rate=1e1,
            betas=(0.9, 0.999),
            epsilon=1e-8,
            epsilon_form="raw",
        ),
        paper=GATYS_2015,
        summary="Athalye's neural-style in TensorFlow, from noise with Adam",
        source=(
            "github.com/anishathalye/neural-style, neural_style.py, stylize.py and vgg.py at "
            "d0a1148 (2026; published in 2015)"
        ),
        knobs=Knobs(
            weights="VGG-19 of Simonyan and Zisserman, as published for MatConvNet",
            input_range="0 to 255",
            channels_and_mean=CAFFE_RGB,
            tap=AFTER_RELU,
            gram_divisor="C N, channels times positions",
            reduction="mean over the content's features and over each Gram matrix, no factor",
            total_variation=(
                "mean squared difference along x plus the same along y, on pixels in [0, 255]"
            ),
        ),
        departures=(PICTURE_SIZE,),
    ),
    Recipe(
        name="crowsonkb-2021",
        method=Gatys(
            size=512,
            size_of="longer",
            iterations=(1000, 500, 500, 500, 500),  # 128, 181, 256, 362 and 512 pixels
            scale_step=2**0.5,
            style_scale=1.0,
            style_fit="own",
            style_enlarge=False,
            encoder="vgg19-torchvision",
            pooling="max",
            padding="replicate-first",
            input_range=255.0,
            content_weight=0.015,
            content_layers={"relu4_2": 1.0},
            content_reduction="mean",
            style_weight=1.0,
            style_layers={
                "relu1_1": 256 / 341,  # 341 is the sum
                "relu2_1": 64 / 341,
                "relu3_1": 16 / 341,
                "relu4_1": 4 / 341,
                "relu5_1": 1 / 341,
            },
            style_statistic="wasserstein",
            style_mixing="statistics",
            tv_weight=2.0,
            tv="nine-point",
            init="content",
            parameterization="clamped",
            pixel_range=1.0,
            optimizer="adam",
            learning_rate=0.02,
            betas=(0.9, 0.99),
            epsilon=1e-8,
            warm_start=True,
            average=0.99,
        ),
        paper=GATYS_2015,
        summary="Crowson's style-transfer-pytorch: mean and covariance, five scales, averaged",
        source=(
            "github.com/crowsonkb/style-transfer-pytorch, style_transfer/style_transfer.py and "
            "sqrtm.py at e7e2c71 (2023; published in 2021)"
        ),
        knobs=Knobs(
            weights=TORCHVISION_19,
            input_range="0 to 1",
            channels_and_mean=IMAGENET,
            tap=AFTER_RELU,
            gram_divisor="N: means and second moments over positions",
            reduction="mean over the content's features; mean over channels of the W2 distance",
            total_variation="mean of a nine-point stencil of squares, on pixels in [0, 1]",
        ),
        departures=(
            "has as many scales as lie between 128 pixels and the size; here there are always five",
            "enlarges a picture to the next scale with a slightly sharper bicubic filter",
        ),
    ),
)
