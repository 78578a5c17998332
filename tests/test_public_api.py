"""The public names: whoever changes this list changes what users build on."""

import subprocess
import sys

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
    code = f"import sys, impasto; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
