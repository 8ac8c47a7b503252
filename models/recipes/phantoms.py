"""Reading phantoms: the files `write.js --volume-only` leaves (docs/phantom.md)."""

import gzip
import json
from pathlib import Path

import numpy as np

from .volumes import TrainingVolume, normalise

GLIA = 2
VESSEL = 3


def _array(folder, name, dtype):
    truth = Path(folder) / "truth"
    shape = json.loads((truth / f"{name}.json").read_text())["shape"]
    return np.frombuffer(gzip.decompress((truth / f"{name}.raw.gz").read_bytes()), dtype).reshape(shape)


def read(folder):
    """A phantom with its truth; normalised per section."""
    return TrainingVolume(
        Path(folder).name,
        normalise(_array(folder, "em", "u1")),
        _array(folder, "bodies", "<u4").astype(np.int32),
        _array(folder, "classes", "u1"),
        _array(folder, "synapse_voxels", "u1"),
    )
