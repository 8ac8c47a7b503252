"""Reference values for src/detection/detection.spec.ts, from scipy, ruptures and, for Moran's I, matrix algebra.

    pip install scipy ruptures
    python libs/diagnostics/reference/make_reference.py > libs/diagnostics/src/detection/reference.fixture.json
"""

import json

import numpy as np
import ruptures
from scipy import stats

rng = np.random.default_rng(20)


def face_weights(counts):
    """Matrix of 1 where two cells share a face."""
    at = np.indices(counts).reshape(3, -1).T
    return (np.abs(at[:, None] - at[None]).sum(2) == 1).astype(float)


p = np.round(rng.uniform(0, 1, 12) ** 3, 6)
counts = (2, 4, 5)
values = np.round(rng.normal(size=40) + np.indices(counts)[2].ravel() * 0.5, 4)
weights = face_weights(counts)
z = values - values.mean()
moran = len(values) / weights.sum() * (z @ weights @ z) / (z @ z)
local = z * (weights @ z / weights.sum(1)) / (z @ z / len(values))

levels = np.repeat([0, 3, 1, 1, -2], 20)
series = np.round(levels + rng.normal(scale=0.6, size=100), 4)
steps = np.diff(series)
sigma = 1.4826 * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2)
penalty = 4 * np.log(100)
breaks = ruptures.Pelt(model="l2", min_size=2, jump=1).fit(series).predict(pen=penalty * sigma**2)

print(
    json.dumps(
        {
            "twoSidedP": [[z, 2 * stats.norm.sf(z)] for z in (0.1, 1, 1.96, 4, 8)],
            "falseDiscovery": {"p": p.tolist(), "adjusted": stats.false_discovery_control(p).tolist()},
            "moran": {
                "counts": counts,
                "values": values.tolist(),
                "i": float(moran),
                "local": local.tolist(),
            },
            "changePoints": {"series": series.tolist(), "penalty": penalty, "starts": breaks[:-1]},
        }
    )
)
