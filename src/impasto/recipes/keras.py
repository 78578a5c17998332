"""The recipes of the Keras and TensorFlow examples, and of a program that grew from them."""

from dataclasses import replace

from impasto.declare import Knobs, Recipe
from impasto.methods.gatys_settings import STYLE_LAYERS, Gatys
from impasto.networks.vgg import layer_names
from impasto.recipes.terms import (
    CAFFE_19,
    CAFFE_BGR,
    GATYS_2015,
    SCIPY_LBFGS,
)

KERAS = Gatys(
    size=400,
    size_of="height",
    iterations=(420,),  # 20 calls with maxfun=20, each of which makes 21 evaluations
    style_fit="squash",
    encoder="vgg19",
    pooling="max",
    padding="zeros",
    input_range=255.0,
    content_weight=0.025,
    content_layers={"relu5_2": 1.0},
    content_reduction="sum",
    style_weight=1.0 / (4 * 3**2),  # its "channels" is 3 for every layer
    style_layers=dict.fromkeys(STYLE_LAYERS, 1 / 5),
    gram_divisor="A",
    style_reduction="sum",
    style_mixing="losses",
    tv_weight=1e-4 * 255**2.5,  # 1e-4 on pixels in [0, 255], to the power of 2.5
    tv="power",
    init="content",
    parameterization="pixels",
    pixel_range=255.0,
    optimizer="lbfgs",
    learning_rate=1.0,
    history=10,
)

KERAS_TAP = "after the ReLU, which Keras counts as part of its convolutions"

KERAS_KNOBS = Knobs(
    weights=f"{CAFFE_19}, from Keras",
    input_range="0 to 255",
    channels_and_mean=CAFFE_BGR,
    tap=KERAS_TAP,
    gram_divisor="A, the pixels of the picture, for every layer: deep layers count for little",
    reduction="sum over the content's features; sum over each Gram matrix, divided by 4 * 3²",
    total_variation=(
        "sum of (dx² + dy²)^1.25 without the last row and column, on pixels in [0, 255]"
    ),
)

TITU1994 = replace(
    KERAS,
    iterations=(210,),  # 10 calls with maxfun=20
    encoder="vgg16",
    tv_weight=8.5e-5 * 255**2.5,
)

TITU1994_KNOBS = replace(KERAS_KNOBS, weights="VGG-16 of Simonyan and Zisserman, from Keras")

TITU1994_DEPARTURES = (
    SCIPY_LBFGS,
    "the weights of several paintings are brought to a sum of 1; there each is 1",
    "with masks it multiplies features and leaves the sum undivided; ours are weighted means over "
    "the region",
)

# The chain Σ 2^(i - 12) (E_i - E_i+1) over i = 1 to 12, written as a sum of weighted E_i.
EVERY_LAYER = [name for name in layer_names("vgg16") if name.startswith("relu")]
CHAIN = {name: 2.0 ** (i - 13) for i, name in enumerate(EVERY_LAYER, start=1)}
CHAIN |= {EVERY_LAYER[0]: 2.0**-11, EVERY_LAYER[-1]: -1.0}

KERAS_RECIPES = (
    Recipe(
        name="keras-2017",
        method=KERAS,
        paper=GATYS_2015,
        summary='Chollet, "Deep learning with Python", first edition, section 8.3',
        source=(
            "github.com/fchollet/deep-learning-with-python-notebooks, "
            "first_edition/8.3-neural-style-transfer.ipynb at dea84a4 (2025; published in 2017)"
        ),
        knobs=KERAS_KNOBS,
        departures=(SCIPY_LBFGS,),
    ),
    Recipe(
        name="keras-2021",
        method=replace(
            KERAS,
            iterations=(4000,),
            content_weight=2.5e-8,
            style_weight=1e-6 / (4 * 3**2),
            tv_weight=1e-6 * 255**2.5,
            optimizer="sgd",
            learning_rate=100.0,
            decay=0.96,
        ),
        paper=GATYS_2015,
        summary='Chollet, "Deep learning with Python", second edition, and the example of keras.io',
        source=(
            "github.com/fchollet/deep-learning-with-python-notebooks, "
            "second_edition/chapter12_part03_neural-style-transfer.ipynb at dea84a4 (2025; "
            "published in 2021), and github.com/keras-team/keras-io, "
            "examples/generative/neural_style_transfer.py at 0896b2e (of 2020), which agree"
        ),
        knobs=KERAS_KNOBS,
    ),
    Recipe(
        name="titu1994-2016",
        method=TITU1994,
        paper=GATYS_2015,
        summary="Majumdar's Network.py in Keras: VGG-16, content from the fifth block",
        source=(
            "github.com/titu1994/Neural-Style-Transfer, Network.py and utils.py at d093348 (2023; "
            "published in 2016). What it calls the width is the height of the array"
        ),
        knobs=TITU1994_KNOBS,
        departures=TITU1994_DEPARTURES,
    ),
    Recipe(
        name="titu1994-2016-inetwork",
        method=replace(TITU1994, style_layers=CHAIN, gram_shift=1.0),
        paper=(
            'Novak and Nikulin, "Improving the neural algorithm of artistic style", 2016 '
            "(arXiv 1605.04603)"
        ),
        summary="Majumdar's INetwork.py in Keras: every layer, shifted and chained",
        source=(
            "github.com/titu1994/Neural-Style-Transfer, INetwork.py at d093348 (2023; published "
            "in 2016)"
        ),
        knobs=replace(
            TITU1994_KNOBS,
            gram_divisor="A, the pixels of the picture, for every layer; of features less 1",
        ),
        departures=TITU1994_DEPARTURES,
    ),
    Recipe(
        name="tensorflow-2019",
        method=Gatys(
            size=512,
            size_of="longer",
            iterations=(1000,),
            style_fit="own",
            encoder="vgg19",
            pooling="max",
            padding="zeros",
            input_range=255.0,
            content_weight=1e4,
            content_layers={"relu5_2": 1.0},
            content_reduction="mean",
            style_weight=1e-2,
            style_layers=dict.fromkeys(STYLE_LAYERS, 1 / 5),
            gram_divisor="N",
            style_reduction="mean",
            tv_weight=30.0,
            tv="l1",
            init="content",
            parameterization="clamped",
            pixel_range=1.0,
            optimizer="adam",
            learning_rate=0.02,
            betas=(0.99, 0.999),
            epsilon=1e-1,
            epsilon_form="raw",
        ),
        paper=GATYS_2015,
        summary="the TensorFlow tutorial, its second run, with total variation",
        source=(
            "github.com/tensorflow/docs, site/en/tutorials/generative/style_transfer.ipynb at "
            "60c51e7 (2026). Since October 2019 the total variation has been tf.image's with 30; "
            "the picture that is saved is from the second run, which starts again from the photo"
        ),
        knobs=Knobs(
            weights=f"{CAFFE_19}, from Keras",
            input_range="0 to 255",
            channels_and_mean=CAFFE_BGR,
            tap=KERAS_TAP,
            gram_divisor="N, the positions of the layer",
            reduction="mean over the content's features and over each Gram matrix, no factor",
            total_variation="sum of absolute differences, on pixels in [0, 1]",
        ),
    ),
)
