"""
Trains an affinity network. Example (isotropic, real tissue and phantoms half and half):

    python -m recipes.train_affinities --design affinities-iso-10nm --medulla SHARED --phantoms DIR \
        --out RUN --steps 4000 --seed 1
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import designs, phantoms, volumes
from .augmentation import MARGIN_YX, augment, orient
from .targets import affinities, erode_bodies
from .training import Averaged, load_weights, rate_at, save_checkpoint, setup


def draw(rng, volume, design):
    """
    One augmented patch -> em (z, y, x), targets and weights (channel, z, y, x). Weights are 0 where the truth
    is silent: outside the volume, in emptied sections, tissue classes of real volumes.
    """
    depth, height, width = design.patch
    size = np.array([depth, height, width])
    if design.isotropic:
        # Any axis may become z, so each brings the margin of misplaced sections.
        size = np.array([max(size)] * 3) + 2 * MARGIN_YX
    else:
        size = size + [0, 2 * MARGIN_YX, 2 * MARGIN_YX]
    room = np.array(volume.em.shape) - size
    z, y, x = (int(rng.integers(r + 1)) for r in room)
    cut = (slice(z, z + size[0]), slice(y, y + size[1]), slice(x, x + size[2]))
    arrays = [volume.em[cut], volume.eroded[cut]]
    if volume.classes is not None:
        arrays.append(volume.classes[cut])
    em, bodies, *classes = orient(rng, arrays, design.isotropic)
    inner = (slice(0, depth), slice(MARGIN_YX, MARGIN_YX + height), slice(MARGIN_YX, MARGIN_YX + width))
    em, seen = augment(rng, em[:depth], design.isotropic)
    same, known = affinities(bodies[inner], design.offsets)
    weights = np.where(same > 0, 1.0, design.negative_weight).astype(np.float32) * known
    lost = np.flatnonzero(~seen)
    weights[:, lost] = 0
    for c, (oz, _, _) in enumerate(design.offsets):
        if oz:
            after = lost + oz
            weights[c, after[after < depth]] = 0
    weights[3:] *= design.far_weight
    tissue = np.zeros((2, *same.shape[1:]), np.float32)
    tissue_weights = np.zeros_like(tissue)
    if classes:
        tissue[0] = classes[0][inner] == phantoms.GLIA
        tissue[1] = classes[0][inner] == phantoms.VESSEL
        tissue_weights[:] = design.tissue_weight
        tissue_weights[:, lost] = 0
    return em, np.concatenate([same, tissue]), np.concatenate([weights, tissue_weights])


def prepare(volume, design):
    volume.eroded = erode_bodies(volume.bodies, design.erode_axes)
    return volume


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--design", required=True, choices=list(designs.AFFINITIES))
    parser.add_argument("--medulla", help="folder with data/fibsem-medulla; sections 0-139 train")
    parser.add_argument("--phantoms", nargs="*", default=[], help="folders written by the phantom")
    parser.add_argument("--real-share", type=float, default=0.5, help="patches drawn from real tissue, fraction")
    parser.add_argument("--out", required=True)
    parser.add_argument("--warm", help="checkpoint to start from")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--flat", type=float, default=0.3, help="fraction of steps before the rate falls linearly")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    design = designs.AFFINITIES[options.design]
    rng = setup(options.seed)
    real = [prepare(volumes.read_medulla(options.medulla, 0, 140), design)] if options.medulla else []
    synthetic = [prepare(phantoms.read(folder), design) for folder in options.phantoms]
    network = design.network().to(memory_format=torch.channels_last_3d)
    load_weights(network, options.warm)
    averaged = Averaged(network)
    optimiser = torch.optim.AdamW(network.parameters(), options.rate, weight_decay=1e-4)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    started = time.time()
    losses = []
    for step in range(options.steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, options)
        batch = []
        for item in range(design.batch):
            # Spread evenly: with a share of 0.5 and a batch of 2 each batch holds one of each.
            turn = step * design.batch + item
            from_real = int((turn + 1) * options.real_share) > int(turn * options.real_share)
            pool = real if (from_real and real) or not synthetic else synthetic
            batch.append(draw(rng, pool[int(rng.integers(len(pool)))], design))
        em, target, weight = (torch.from_numpy(np.stack(part)) for part in zip(*batch))
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(em[:, None].to(memory_format=torch.channels_last_3d))
        loss = F.binary_cross_entropy_with_logits(logits.float(), target, weight, reduction="sum") / weight[:, :3].sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        averaged.update(network)
        losses.append(loss.item())
        if (step + 1) % 50 == 0:
            print(f"{step + 1} loss {np.mean(losses[-50:]):.4f} {time.time() - started:.0f} s", flush=True)
        if (step + 1) % 200 == 0 or step + 1 == options.steps:
            save_checkpoint(out / "checkpoint.pt", averaged, options, step + 1, time.time() - started)


if __name__ == "__main__":
    main()
