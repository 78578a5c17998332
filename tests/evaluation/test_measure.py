import math
from dataclasses import replace

import pytest
import torch

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.measure import find_metrics, measure
from impasto.evaluation.views import LARGEST
from impasto.images.picture import ImageError


def test_numbers_are_those_of_the_metrics(photo, painting):
    output = photo.flip(-2)
    found = measure(output, photo, painting, find_metrics(["ssim", "color"]))
    assert found.refusals == {}
    assert found.numbers == {
        name: METRICS[name](output, photo, painting) for name in ("ssim", "color")
    }


def test_several_threads_give_the_same_numbers(photo, painting):
    before = torch.get_num_threads()
    metrics = [metric for metric in METRICS.values() if not metric.optimized]
    try:
        found = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(measure(photo.flip(-2), photo, painting, metrics))
    finally:
        torch.set_num_threads(before)
    one, two = found
    assert one.numbers == pytest.approx(two.numbers, rel=1e-4)
    assert list(one.numbers) == list(two.numbers)
    assert one.refusals == two.refusals


def test_what_goes_wrong_in_a_metric_is_heard(photo, painting):
    """A ValueError of a library is none of our refusals: nobody meant it for the user."""
    for error in (KeyError("scale"), ValueError("operands could not be broadcast")):

        def fail(*pictures, error=error):
            raise error

        with pytest.raises(type(error), match=str(error)):
            measure(photo, photo, painting, [replace(METRICS["ssim"], measure=fail)])


def test_a_refusal_stops_no_other_metric(photo, painting):
    """MS-SSIM needs more pixels than this."""
    found = measure(photo, photo, painting, find_metrics(["ms-ssim", "ssim"]))
    assert list(found.numbers) == ["ssim"]
    assert list(found.refusals) == ["ms-ssim"]
    assert found.refusals["ms-ssim"].startswith("the output is 56 pixels wide and 40 pixels high")


def test_a_metric_without_a_number_refuses(photo, painting):
    undefined = replace(METRICS["ssim"], measure=lambda *pictures: math.nan)
    assert "ssim is nan" in measure(photo, photo, painting, [undefined]).refusals["ssim"]


def test_large_pictures_are_measured_smaller():
    seen = []

    def look(*pictures):
        seen.extend(tuple(picture.shape[-2:]) for picture in pictures)
        return 0.0

    large = torch.zeros(1, 3, 24, LARGEST + 76)
    measure(large, large, torch.zeros(1, 3, 60, 30), [replace(METRICS["ssim"], measure=look)])
    assert seen == [(22, LARGEST), (22, LARGEST), (LARGEST, LARGEST // 2)]


def test_what_is_no_picture_is_refused_as_a_whole(photo, painting):
    with pytest.raises(ImageError, match="the output holds NaN"):
        measure(torch.full_like(photo, math.nan), photo, painting, find_metrics(["ssim"]))


def test_metrics_by_name():
    assert find_metrics([]) == tuple(METRICS.values())
    assert [metric.name for metric in find_metrics(["color", "ssim", "ssim"])] == ["ssim", "color"]
    for wrong, near in (("ms-sim", "ms-ssim"), ("gram-relu6_1", "gram-relu1_1"), ("sim", "ssim")):
        with pytest.raises(
            ValueError, match=f"'{wrong}' is not a metric; expected one of .*{near}"
        ):
            find_metrics([wrong])
    with pytest.raises(ValueError, match=r"'SSIM' is not a metric; expected one of ssim$"):
        find_metrics(["SSIM"])
    with pytest.raises(ValueError, match=r"'LPIPS' is measured of whole sets, .* alexnet=FILE"):
        find_metrics(["LPIPS"])
    with pytest.raises(ValueError, match="'xyz' is not a metric; expected one of ms-ssim, ssim, "):
        find_metrics(["xyz"])
