"""
Runs a model over a volume exactly as libs/inference does: windows anchored at voxel 0,0,0, of which each
owns its core (window less the margin on each side), filled by reflection at the faces of the volume.
"""

import json
import os
from pathlib import Path

import numpy as np
import onnxruntime


class Model:
    def __init__(self, folder, threads=None):
        folder = Path(folder)
        self.card = json.loads((folder / "model.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or int(os.environ.get("EVALUATION_THREADS", "1"))
        self.session = onnxruntime.InferenceSession(
            str(folder / self.card["file"]), options, providers=["CPUExecutionProvider"]
        )


def reflect(index, size):
    """Reflects whole numbers into [0, size) without repeating the face (…2 1 0 1 2…)."""
    if size == 1:
        return np.zeros_like(index)
    period = 2 * (size - 1)
    index = np.mod(index, period)
    return np.where(index < size, index, period - index)


def predict(model, em):
    """em: float32 (z, y, x), normalised, no data as 0 -> uint8 (channel, z, y, x), round(255 p)."""
    card = model.card
    window, margin = np.array(card["window"]), np.array(card["margin"])
    core = window - 2 * margin
    shape = np.array(em.shape)
    out = np.zeros((len(card["channels"]), *em.shape), np.uint8)
    for position in np.ndindex(*(-(-shape // core))):
        begin = np.array(position) * core
        index = [reflect(np.arange(b - m, b - m + w), s) for b, m, w, s in zip(begin, margin, window, shape)]
        part = model.session.run(None, {"em": np.ascontiguousarray(em[np.ix_(*index)])[None, None]})[0][0]
        take = np.minimum(core, shape - begin)
        inner = tuple(slice(m, m + t) for m, t in zip(margin, take))
        owned = tuple(slice(b, b + t) for b, t in zip(begin, take))
        out[(slice(None), *owned)] = np.floor(part[(slice(None), *inner)] * 255 + 0.5).astype(np.uint8)
    return out
