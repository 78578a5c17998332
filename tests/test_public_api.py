"""The public names: whoever changes this list changes what users build on."""

import subprocess
import sys

import pytest

import impasto

PUBLIC = {
    "METHODS",
    "RECIPES",
    "Inputs",
    "Recipe",
    "Result",
    "Step",
    "Style",
    "load_image",
    "run",
    "save_image",
    "stylize",
}


def test_public_names():
    assert set(impasto.__all__) == PUBLIC
    assert all(hasattr(impasto, name) for name in PUBLIC)


def test_import_stays_light():
    heavy = "{'tyro', 'rich', 'scipy', 'h5py', 'pillow_heif', 'psutil'}"
    code = f"import sys; from impasto import *; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_function_stays_where_its_module_was_imported_first():
    code = "import impasto.run, impasto.result; from impasto import run; print(run.__name__)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == "run\n"


def test_other_names_are_missing():
    with pytest.raises(AttributeError, match="module 'impasto' has no attribute 'stylise'"):
        _ = impasto.stylise
    assert set(dir(impasto)) >= PUBLIC


def test_import_waits_for_nothing():
    """Not even for torch: the command line has to answer Ctrl-C before."""
    code = "import sys, impasto.cli; print('torch' in sys.modules)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
