from impasto.optimize.schedule import left_out, scale_sizes


def test_published_pyramid():
    sizes = scale_sizes((512, 512), 5, 2**0.5, least=16)
    assert [h for h, _ in sizes] == [128, 181, 256, 362, 512]


def test_small_scales_are_left_out_but_never_the_last():
    assert scale_sizes((64, 64), 5, 2.0, least=16) == [(16, 16), (32, 32), (64, 64)]
    assert scale_sizes((64, 64), 5, 2.0, least=20) == [(32, 32), (64, 64)]
    assert scale_sizes((10, 300), 3, 2.0, least=16) == [(10, 300)]


def test_what_is_left_out_is_said():
    assert left_out((5, 6, 7), 3, 16) == ""
    assert left_out((5, 6, 7), 1, 16) == (
        "2 of 3 scales with 11 evaluations left out: a side would be under 16 pixels"
    )
