"""
Segments affinities with waterz: watershed and agglomeration by mean affinity.

    python waterz_segment.py '{"affinities": NPY, "low": 0.05, "high": 0.98, "threshold": 0.2, "out": NPY}'

`threshold` is a mean affinity, as in Stratome; waterz scores 1 - affinity. Prints one line of JSON last.
"""

import json
import resource
import sys
import time

import numpy as np
import waterz

options = json.loads(sys.argv[1])
affinities = np.load(options["affinities"])[:3]
started = time.time()
graph = np.ascontiguousarray(affinities.astype(np.float32) / 255)
(segmentation,) = waterz.agglomerate(
    graph,
    [1 - options["threshold"]],
    aff_threshold_low=options["low"],
    aff_threshold_high=options["high"],
)
seconds = time.time() - started
np.save(options["out"], segmentation.astype(np.uint64))
print(
    json.dumps(
        {
            "seconds": round(seconds, 1),
            "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "segments": int((np.unique(segmentation) > 0).sum()),
        }
    )
)
