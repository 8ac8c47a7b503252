"""Reading training volumes. Arrays are z, y, x."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import imageio.v3 as iio
import numpy as np


@dataclass
class TrainingVolume:
    """
    em: float32, normalised per section (see `normalise`); bodies: int32, 0 is none; classes: uint8 of
    `CLASS_NAMES`, or None where the truth has none; synapses: uint8 (0 none, 1 presynaptic side, 2 cleft,
    3 postsynaptic side, 16 added where inhibitory), or None.
    """

    name: str
    em: np.ndarray
    bodies: np.ndarray
    classes: np.ndarray | None = None
    synapses: np.ndarray | None = None


def normalise(em):
    """
    Normalises each section as the ingested volume is: median 128 and 1.4826 * MAD = 40 over its data,
    rounded and clipped to 1..255, 0 where there is none; then (v - 128) / 40, no data as 0.

    em: uint8 (z, y, x), 0 is no data -> float32 of the same shape.
    """
    out = np.zeros(em.shape, np.float32)
    for z, section in enumerate(em):
        data = section > 0
        if not data.any():
            continue
        values = section[data].astype(np.float32)
        median = np.median(values)
        spread = max(1.4826 * np.median(np.abs(values - median)), 1e-3)
        out[z][data] = (np.clip(np.round(128 + 40 * (values - median) / spread), 1, 255) - 128) / 40
    return out


def read_medulla(shared, begin, end):
    """Sections [begin, end) of fibsem-medulla sample2 (truth exists for z 0-174)."""
    folder = Path(shared) / "data" / "fibsem-medulla"
    files = sorted((folder / "sample2").glob("*.png"))[begin:end]
    em = np.stack([iio.imread(f) for f in files])
    raw = gzip.decompress((folder / "sample2_bodies_z000-174.raw.gz").read_bytes())
    bodies = np.frombuffer(raw, "<u4").reshape(175, 250, 250)[begin:end].astype(np.int32)
    return TrainingVolume(f"medulla-{begin}-{end}", normalise(em), bodies)


def read_medulla_em(shared):
    """All 250 sections of fibsem-medulla sample2, normalised."""
    files = sorted((Path(shared) / "data" / "fibsem-medulla" / "sample2").glob("*.png"))
    return normalise(np.stack([iio.imread(f) for f in files]))
