"""Times zmesh on the neurons of a phantom's true bodies, as phantom.mjs times ours.

    python compare_meshes.py DIR
"""

import gzip
import json
import sys
import time

import numpy as np
import zmesh

folder = f"{sys.argv[1]}/truth"
truth = json.load(open(f"{folder}/truth.json"))
bodies = np.frombuffer(gzip.open(f"{folder}/bodies.raw.gz").read(), "<u4").reshape(truth["shape"])
neurons = [body["id"] for body in truth["bodies"] if body["class"] == "neuron"]
labels = np.pad(np.where(np.isin(bodies, neurons), bodies, 0), 1)

started = time.perf_counter()
mesher = zmesh.Mesher(tuple(truth["voxelNm"]))
mesher.mesh(labels)
meshes = [mesher.get(label, normals=False) for label in mesher.ids()]
meshed = time.perf_counter()
simple = [mesher.simplify(mesh, reduction_factor=4, max_error=10) for mesh in meshes]
done = time.perf_counter()
print(
    json.dumps(
        {
            "zmeshSeconds": round(meshed - started, 2),
            "simplifySeconds": round(done - meshed, 2),
            "meshes": len(meshes),
            "triangles": [sum(len(m.faces) for m in meshes), sum(len(m.faces) for m in simple)],
        }
    )
)
