"""The recipes of lessons and examples in PyTorch and TensorFlow."""

from impasto.declare import Knobs, Recipe
from impasto.methods.gatys_settings import STYLE_LAYERS, Gatys
from impasto.recipes.terms import (
    AFTER_RELU,
    CAFFE_RGB,
    GATYS_2015,
    GATYS_2016,
    IMAGENET,
    NO_TV,
    TORCHVISION_19,
)

LESSON_RECIPES = (
    Recipe(
        name="cs20si-2017",
        method=Gatys(
            size=666,
            size_of="longer",
            iterations=(300,),
            style_fit="own",
            encoder="vgg19",
            pooling="average",
            pool_rounding="up",  # TensorFlow's SAME
            padding="zeros",
            input_range=255.0,
            content_weight=0.01 / 4,  # 0.01, and the sum is divided by four times the size
            content_layers={"relu4_2": 1.0},
            content_reduction="mean",
            style_weight=1.0 / 4,  # 1 / (4 N² C²), as in the paper
            style_layers={
                "relu1_1": 0.5,
                "relu2_1": 1.0,
                "relu3_1": 1.5,
                "relu4_1": 3.0,
                "relu5_1": 4.0,
            },
            gram_divisor="N",
            style_reduction="mean",
            tv_weight=0.0,
            init="content",
            init_noise=0.6,
            noise="uniform",
            noise_spread=20 / 255,
            parameterization="pixels",
            pixel_range=255.0,
            optimizer="adam",
            learning_rate=2.0,
            betas=(0.9, 0.999),
            epsilon=1e-8,
            epsilon_form="raw",
        ),
        paper=GATYS_2015,
        summary="a blog post after an assignment of Stanford's CS20SI: deep layers weigh most",
        source=(
            "the assignment's solution, github.com/chiphuyen/stanford-tensorflow-tutorials, "
            "assignments/style_transfer/style_transfer_sols.py at 13e8148 and "
            "2017/assignments/style_transfer/utils.py at ca70cdf (2017), from which the post "
            "differs in its size, 666 x 500 for 333 x 250"
        ),
        knobs=Knobs(
            weights="VGG-19 of Simonyan and Zisserman, as published for MatConvNet",
            input_range="0 to 255",
            channels_and_mean=CAFFE_RGB,
            tap="after the ReLU, which it counts as part of its convolutions",
            gram_divisor="none, and N² in the loss: the same as N",
            reduction="¼ mean over the content's features; ¼ mean over each Gram matrix",
            total_variation=NO_TV,
        ),
        departures=(
            "crops both pictures around their middle to 666 x 500; here the longer side has 666 "
            "pixels and nothing is cut off",
        ),
    ),
    Recipe(
        name="udacity-2018",
        method=Gatys(
            size=400,
            size_of="shorter",
            iterations=(2000,),
            style_fit="squash",
            encoder="vgg19-torchvision",
            pooling="max",
            padding="zeros",
            input_range=255.0,
            content_weight=1.0,
            content_layers={"relu4_2": 1.0},
            content_reduction="mean",
            style_weight=1e6,
            style_layers={
                "relu1_1": 1.0,
                "relu2_1": 0.75,
                "relu3_1": 0.2,
                "relu4_1": 0.2,
                "relu5_1": 0.2,
            },
            gram_divisor="sqrt(CN)",
            style_reduction="mean",
            tv_weight=0.0,
            init="content",
            parameterization="normalized",
            optimizer="adam",
            learning_rate=0.003,
            betas=(0.9, 0.999),
            epsilon=1e-8,
        ),
        paper=GATYS_2016,
        summary="the lesson of Udacity's course: style weighs more in larger pictures",
        source=(
            "github.com/udacity/deep-learning-v2-pytorch, "
            "style-transfer/Style_Transfer_Solution.ipynb at c9404fc (2022; published in 2018). "
            "The exercise beside it has the layer weights 1, 0.8, 0.5, 0.3 and 0.1"
        ),
        knobs=Knobs(
            weights=TORCHVISION_19,
            input_range="0 to 1",
            channels_and_mean=IMAGENET,
            tap=(
                "after the ReLU: it stores the convolution, which torchvision's ReLU overwrites in "
                "place"
            ),
            gram_divisor="none, and C N in the loss: the same as the root of C N",
            reduction="mean over the content's features and over each Gram matrix, no factor",
            total_variation=NO_TV,
        ),
        departures=(
            "a photo whose longer side is below 400 pixels gets that as its shorter side; here 400",
        ),
    ),
    Recipe(
        name="symoon94-2018",
        method=Gatys(
            size=128,
            size_of="longer",
            iterations=(320,),  # 16 calls of 20 evaluations, the first number that passes 300
            style_fit="squash",
            encoder="vgg19-torchvision",
            pooling="max",
            padding="zeros",
            input_range=255.0,
            precision="float32",  # bfloat16 cannot see the first step of torch's L-BFGS
            content_weight=1.0,
            content_layers={"conv2_2": 1.0},
            content_reduction="mean",
            style_weight=100000.0,
            style_layers=dict.fromkeys(
                ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"), 1.0
            ),
            gram_divisor="CN",
            style_reduction="mean",
            tv_weight=0.0,
            init="content",
            parameterization="clamped",
            pixel_range=1.0,
            optimizer="lbfgs-plain",
            learning_rate=1.0,
            history=100,
        ),
        paper=GATYS_2016,
        summary="Moon's small pictures from shallow layers, before the ReLU",
        source=(
            "github.com/symoon94/Neural-Style-Transfer-pytorch, train.py, model.py and utils.py at "
            "7c8a082 (2021; published in 2018): `while step <= 300` around steps of 20 makes 320 "
            "evaluations"
        ),
        knobs=Knobs(
            weights=TORCHVISION_19,
            input_range="0 to 1",
            channels_and_mean=IMAGENET,
            tap="before the ReLU",
            gram_divisor="C N, channels times positions",
            reduction="mean over the content's features and over each Gram matrix, no factor",
            total_variation=NO_TV,
        ),
        departures=(
            "squeezes both pictures into squares of 128 x 128; here the photo keeps its "
            "proportions and the painting is squeezed into the photo's size",
            "never saves its result, and writes over an input with transparency; ours does not",
        ),
    ),
    Recipe(
        name="pystiche-2020",
        method=Gatys(
            size=500,
            size_of="shorter",
            iterations=(500,),
            style_fit="own",
            encoder="vgg19-torchvision",
            pooling="max",
            padding="zeros",
            input_range=255.0,
            precision="float32",  # bfloat16 cannot see the first step of torch's L-BFGS
            content_weight=1e0,
            content_layers={"relu4_2": 1.0},
            content_reduction="mean",
            style_weight=1e3,
            style_layers=dict.fromkeys(STYLE_LAYERS, 1 / 5),
            gram_divisor="N",
            style_reduction="mean",
            tv_weight=0.0,
            init="content",
            parameterization="pixels",
            pixel_range=1.0,
            optimizer="lbfgs-plain",
            learning_rate=1.0,
            history=100,
        ),
        paper=GATYS_2016,
        summary="the beginners' example of the library pystiche",
        source=(
            "github.com/pystiche/pystiche, examples/beginner/example_nst_with_pystiche.py, "
            "pystiche/optim.py and pystiche/loss/ at 71217c2 (2022; the example is of 2020)"
        ),
        knobs=Knobs(
            weights=TORCHVISION_19,
            input_range="0 to 1",
            channels_and_mean=IMAGENET,
            tap=AFTER_RELU,
            gram_divisor="N, the positions of the layer",
            reduction="mean over the content's features and over each Gram matrix, no factor",
            total_variation=NO_TV,
        ),
    ),
)
