"""
Trains a synapse network on phantoms. Example:

    python -m recipes.train_synapses --design synapses-iso-10nm --phantoms DIR ... --out RUN --steps 2000
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import designs, phantoms
from .augmentation import MARGIN_YX, augment, orient
from .training import Averaged, load_weights, rate_at, save_checkpoint, setup

PRE, CLEFT, POST, INHIBITORY = 1, 2, 3, 16


def corner(rng, volume, design, size):
    """First voxel of a patch: mostly so placed that it holds a synapse, else anywhere."""
    room = np.array(volume.em.shape) - size
    if rng.random() < design.synapse_share:
        seat = volume.seats[int(rng.integers(len(volume.seats)))]
        return np.clip(seat - (size * rng.uniform(0.2, 0.8, 3)).astype(int), 0, room)
    return np.array([rng.integers(r + 1) for r in room])


def draw(rng, volume, design):
    """
    One augmented patch -> em (z, y, x), targets and weights (4, z, y, x): presynaptic side, cleft,
    postsynaptic side, excitatory. The last is asked only on voxels of synapses.
    """
    depth, height, width = design.patch
    size = np.array(design.patch) + [0, 2 * MARGIN_YX, 2 * MARGIN_YX]
    if design.isotropic:
        size = np.array([max(design.patch)] * 3) + 2 * MARGIN_YX
    begin = corner(rng, volume, design, size)
    cut = tuple(slice(b, b + s) for b, s in zip(begin, size))
    em, labels = orient(rng, [volume.em[cut], volume.synapses[cut]], design.isotropic)
    em, seen = augment(rng, em[:depth], design.isotropic)
    labels = labels[:depth, MARGIN_YX : MARGIN_YX + height, MARGIN_YX : MARGIN_YX + width]
    part = labels & 15
    targets = np.stack([part == PRE, part == CLEFT, part == POST, (part > 0) & (labels < INHIBITORY)]).astype(np.float32)
    positive = np.array([*design.positive_weights, 1], np.float32)[:, None, None, None]
    weights = np.where(targets > 0, positive, 1).astype(np.float32)
    # Inhibitory synapses are rare: balanced, so that 0.5 parts the kinds.
    weights[3] = (part > 0) * np.where(targets[3] > 0, 1.0, 4.0)
    weights[:, ~seen] = 0
    return em, targets, weights


def prepare(volume):
    """Remembers where clefts are, a random few thousand voxels."""
    seats = np.argwhere((volume.synapses & 15) == CLEFT)
    volume.seats = seats[np.random.default_rng(0).permutation(len(seats))[:5000]]
    return volume


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--design", required=True, choices=list(designs.SYNAPSES))
    parser.add_argument("--phantoms", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--warm", help="checkpoint to start from")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--flat", type=float, default=0.3, help="fraction of steps before the rate falls linearly")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    design = designs.SYNAPSES[options.design]
    rng = setup(options.seed)
    pool = [prepare(phantoms.read(folder)) for folder in options.phantoms]
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
        batch = [draw(rng, pool[int(rng.integers(len(pool)))], design) for _ in range(design.batch)]
        em, target, weight = (torch.from_numpy(np.stack(part)) for part in zip(*batch))
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(em[:, None].to(memory_format=torch.channels_last_3d))
        entropy = F.binary_cross_entropy_with_logits(logits.float(), target, weight, reduction="none")
        voxels = entropy[:, 0].numel()
        loss = entropy[:, :3].sum() / voxels + 0.3 * entropy[:, 3].sum() / (weight[:, 3].sum() + 100)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        averaged.update(network)
        losses.append(loss.item())
        if (step + 1) % 50 == 0:
            print(f"{step + 1} loss {np.mean(losses[-50:]):.4f} {time.time() - started:.0f} s", flush=True)
        if (step + 1) % 100 == 0 or step + 1 == options.steps:
            save_checkpoint(out / "checkpoint.pt", averaged, options, step + 1, time.time() - started)


if __name__ == "__main__":
    main()
