"""The yardstick: the plainest loop that optimises the loss of neural-style.

torch's own L-BFGS with its defaults, float32, pixels in [0, 255] that are free to leave that range
and are clipped when they are saved, from the photo. What `impasto` claims of its speed is relative
to this.

    python benchmarks/yardstick.py photo.jpg painting.jpg -o picture.png
"""

import argparse

import torch
import torch.nn.functional as F

from impasto import load_image, save_image
from impasto.images.resize import fit, resize, size_of
from impasto.networks.encoder import load_encoder

CONTENT, STYLES = "relu4_2", ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]


def gram(features: torch.Tensor) -> torch.Tensor:
    """F Fᵀ / (C N)."""
    flat = features[0].flatten(1)
    return flat @ flat.T / flat.numel()


def main() -> None:
    """Run the loop and save the clipped picture every few evaluations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--size", type=int, default=512, help="longer side in pixels")
    parser.add_argument("--evaluations", type=int, default=500)
    parser.add_argument("--save-every", type=int, default=10, help="evaluations between saves")
    arguments = parser.parse_args()

    photo, painting = load_image(arguments.content), load_image(arguments.style)
    photo = resize(photo, fit(size_of(photo), arguments.size))
    painting = resize(painting, fit(size_of(painting), arguments.size))
    encoder = load_encoder("vgg16")
    with torch.no_grad():
        target = encoder(photo, [CONTENT])[CONTENT]
        grams = {name: gram(f) for name, f in encoder(painting, STYLES).items()}

    pixels = (photo * 255).requires_grad_()
    optimizer = torch.optim.LBFGS([pixels])
    evaluations = 0

    def closure() -> torch.Tensor:
        nonlocal evaluations
        optimizer.zero_grad()
        features = encoder(pixels / 255, [CONTENT, *STYLES])
        loss = 5 * F.mse_loss(features[CONTENT], target)
        for name, wanted in grams.items():
            loss = loss + 100 * F.mse_loss(gram(features[name]), wanted)
        loss.backward()
        evaluations += 1
        if evaluations % arguments.save_every == 0:
            save_image(arguments.output, (pixels.detach() / 255).clamp(0, 1))
            print(f"{evaluations} {loss.item():.0f}", flush=True)
        return loss

    while evaluations < arguments.evaluations:
        optimizer.step(closure)


if __name__ == "__main__":
    main()
