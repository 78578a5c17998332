"""Which arithmetic a machine gets."""

import pytest
import torch

from impasto.networks.precision import network_dtype

CPU = torch.device("cpu")
AMX, AVX512 = "_is_amx_tile_supported", "_is_avx512_bf16_supported"


@pytest.mark.parametrize("name", ["bfloat16", "float32", "float64"])
def test_what_was_asked_for_is_taken_on_any_device(name):
    for device in ("cpu", "cuda", "mps"):
        assert network_dtype(name, torch.device(device)) == getattr(torch, name)


@pytest.mark.parametrize("able", [(), (AMX,), (AVX512,), (AMX, AVX512)], ids=str)
def test_a_processor_gets_bfloat16_if_it_multiplies_it(monkeypatch, able):
    for check in (AMX, AVX512):
        monkeypatch.setattr(torch.cpu, check, lambda check=check: check in able, raising=False)
    expected = torch.bfloat16 if able else torch.float32
    assert network_dtype("auto", CPU) == expected


def test_a_torch_that_cannot_tell_gets_float32(monkeypatch):
    for check in (AMX, AVX512):
        monkeypatch.delattr(torch.cpu, check, raising=False)
    assert network_dtype("auto", CPU) == torch.float32


@pytest.mark.parametrize("able", [True, False])
def test_a_gpu_says_it_itself(monkeypatch, able):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: able)
    expected = torch.bfloat16 if able else torch.float32
    assert network_dtype("auto", torch.device("cuda")) == expected


def test_other_devices_get_float32():
    assert network_dtype("auto", torch.device("mps")) == torch.float32
