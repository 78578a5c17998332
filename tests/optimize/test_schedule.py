from impasto.optimize.schedule import LEAST, scale_sizes


def test_published_pyramid():
    sizes = scale_sizes((512, 512), 5, 2**0.5)
    assert [h for h, _ in sizes] == [128, 181, 256, 362, 512]


def test_small_scales_are_left_out_but_never_the_last():
    assert scale_sizes((64, 64), 5, 2.0) == [(16, 16), (32, 32), (64, 64)]
    assert scale_sizes((10, 300), 3, 2.0) == [(10, 300)]
    assert LEAST == 16
