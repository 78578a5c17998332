"""What several recipes share: layers, papers, and the words for their knobs."""

GATYS_2015 = (
    'Gatys, Ecker and Bethge, "A neural algorithm of artistic style", 2015, '
    "https://arxiv.org/abs/1508.06576"
)
GATYS_2016 = (
    'Gatys, Ecker and Bethge, "Image style transfer using convolutional neural networks", CVPR 2016'
)

CAFFE_19 = "VGG-19 of Simonyan and Zisserman, as published for Caffe"
TORCHVISION_19 = "VGG-19 as torchvision trained it anew (IMAGENET1K_V1)"
CAFFE_BGR = "BGR, minus 103.939, 116.779, 123.68"
CAFFE_RGB = "RGB, minus 123.68, 116.779, 103.939: the same network with its first filters turned"
IMAGENET = "RGB, minus 0.485, 0.456, 0.406, divided by 0.229, 0.224, 0.225"
AFTER_RELU = "after the ReLU"
NO_TV = "none"

PICTURE_SIZE = (
    "works at the photo's own size; here the longer side has `size` pixels, 512 unless you say"
)
SCIPY_LBFGS = (
    "its optimizer is SciPy's L-BFGS-B, called anew for every 20 evaluations, which forgets its "
    "history each time and begins with a step of length 1; ours is one run of our own L-BFGS, with "
    "as many evaluations and the same history of 10, whose first step moves a pixel by 0.05 of its "
    "range"
)
