from dataclasses import dataclass
from typing import Literal

import pytest

from impasto import METHODS, Inputs, Style
from impasto.declare import check_settings, setting
from impasto.errors import ImpastoError
from impasto.recipes import RECIPES
from impasto.registry import build_method
from impasto.run import check_inputs


@dataclass(frozen=True)
class Sample:
    count: int = setting(3, "how many", low=1, high=9)
    share: float = setting(0.5, "how much", low=0)
    kind: Literal["a", "b"] = setting("a", "which kind")
    layers: dict[str, float] = setting({"x": 1.0}, "weights of layers", low=0)
    sizes: tuple[int, ...] = setting((1,), "some sizes", low=1)
    pair: tuple[float, float] = setting((0.0, 1.0), "two numbers", low=0)
    flag: bool = setting(False, "whether")

    def __post_init__(self) -> None:
        check_settings(self)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"count": 0}, ValueError, "count is 0; expected at least 1 and at most 9"),
        ({"count": 10}, ValueError, "at most 9"),
        ({"count": 2.5}, TypeError, "expected int"),
        ({"count": True}, TypeError, "expected int"),
        ({"share": float("nan")}, ValueError, "share is nan"),
        ({"share": float("inf")}, ValueError, "share is inf"),
        ({"share": "much"}, TypeError, "expected float"),
        ({"kind": "c"}, ValueError, "expected one of 'a', 'b'"),
        ({"layers": {"x": -1.0}}, ValueError, "layers is -1.0"),
        ({"layers": [1.0]}, TypeError, "expected layers with their weights"),
        ({"sizes": (4, 0)}, ValueError, "sizes is 0"),
        ({"sizes": 4}, TypeError, "expected numbers, such as"),
        ({"sizes": ()}, ValueError, "sizes has 0 numbers; expected at least 1"),
        ({"pair": (0.5,)}, ValueError, "pair has 1 number; expected 2"),
        ({"pair": (0.5, 0.6, 0.7)}, ValueError, "pair has 3 numbers; expected 2"),
        ({"flag": 1}, TypeError, "expected bool"),
    ],
)
def test_a_bad_setting_gets_one_sentence(change, error, words: str):
    with pytest.raises(error, match=words):
        Sample(**change)


def test_an_int_is_a_float_and_defaults_are_not_shared():
    assert Sample(share=2).share == 2
    assert Sample().layers == {"x": 1.0}
    assert Sample().layers is not Sample().layers


def test_defaults_pass_their_own_check():
    for method in METHODS.values():
        method()


def test_unknown_methods_and_settings_are_errors():
    with pytest.raises(ValueError, match="not a method"):
        build_method("none", {})
    with pytest.raises(ValueError, match="'sise' is not a setting of gatys"):
        build_method("gatys", {"sise": 3})


def test_nothing_to_do_is_an_error():
    with pytest.raises(ImpastoError, match="nothing would be done: content_weight is 0, "):
        build_method("gatys", {"content_weight": 0, "style_weight": 0})
    got = r"content_weight is 5.0, content_layers is empty, style_weight is 0, style_layers is {'re"
    with pytest.raises(ImpastoError, match=got):
        build_method("gatys", {"content_layers": {}, "style_weight": 0})
    with pytest.raises(ImpastoError, match="nothing would be done"):
        build_method("gatys", {"content_layers": {"relu4_2": 0.0}, "style_layers": {}})


def test_inputs_that_do_not_fit(inputs: Inputs):
    recipe, style = RECIPES["standard"], inputs.styles[0]
    half = inputs.content[:, :1].round()
    regions = half.repeat(2, 1, 1, 1)
    cases = {
        "no style was given": Inputs(inputs.content, ()),
        "weight": Inputs(inputs.content, (Style(style.image, weight=0.0),)),
        "content has none": Inputs(inputs.content, (Style(style.image, masks=regions),)),
        "the same number": Inputs(
            inputs.content, (Style(style.image, masks=regions[:1]),), masks=regions
        ),
    }
    for words, given in cases.items():
        with pytest.raises(ValueError, match=words):
            check_inputs(recipe, given)
