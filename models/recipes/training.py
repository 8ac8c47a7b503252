"""Parts that both training programs share."""

import copy
import os

import numpy as np
import torch


def setup(seed):
    """One thread and one seed. -> numpy generator."""
    torch.set_num_threads(int(os.environ.get("TRAINING_THREADS", "1")))
    torch.manual_seed(seed)
    return np.random.default_rng(seed)


def rate_at(step, options):
    """Learning rate: 50 steps of warm-up, flat for `options.flat` of the steps, then falling linearly to 2 %."""
    progress = max(0.0, (step / options.steps - options.flat) / (1 - options.flat))
    return options.rate * min(1.0, (step + 1) / 50) * max(0.02, 1 - progress)


class Averaged:
    """Running average of a network's weights and statistics; it is what gets exported."""

    def __init__(self, network, decay=0.995):
        self.decay = decay
        self.updates = 0
        self.network = copy.deepcopy(network).eval()

    @torch.no_grad()
    def update(self, network):
        self.updates += 1
        decay = min(self.decay, 1 - 1 / (self.updates + 1))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - decay)
            else:
                mine.copy_(theirs)


def load_weights(network, checkpoint):
    if checkpoint:
        network.load_state_dict(torch.load(checkpoint, weights_only=False)["weights"])


def save_checkpoint(path, averaged, options, steps, seconds):
    state = {"weights": averaged.network.state_dict(), "options": vars(options), "steps": steps, "seconds": seconds}
    scratch = path.with_suffix(".tmp")
    torch.save(state, scratch)
    os.replace(scratch, path)
