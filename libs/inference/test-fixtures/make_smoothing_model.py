"""
Makes test-fixtures/smoothing: an ONNX "model" whose answer is known without running it. Channel `smooth` is
the logistic function of the mean of the 3x3x3 voxels around (0 beyond the window), `sharp` that of the voxel
itself. Needs onnx 1.23.2; run in this folder.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

kernel = np.zeros((2, 1, 3, 3, 3), np.float32)
kernel[0] = 1 / 27
kernel[1, 0, 1, 1, 1] = 1
graph = helper.make_graph(
    [
        helper.make_node("Conv", ["em", "kernel"], ["logit"], pads=[1] * 6),
        helper.make_node("Sigmoid", ["logit"], ["probability"]),
    ],
    "smoothing",
    [helper.make_tensor_value_info("em", TensorProto.FLOAT, [1, 1, "z", "y", "x"])],
    [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [1, 2, "z", "y", "x"])],
    [numpy_helper.from_array(kernel, "kernel")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
onnx.checker.check_model(model)
folder = Path("smoothing")
folder.mkdir(exist_ok=True)
onnx.save(model, folder / "model.onnx")
card = {
    "id": "smoothing",
    "version": "1.0.0",
    "task": "affinities",
    "file": "model.onnx",
    "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
    "voxelNm": [10, 10, 10],
    "voxelToleranceFraction": 0.3,
    "window": [8, 12, 16],
    "margin": [1, 2, 3],
    "channels": ["smooth", "sharp"],
    "licence": {"weights": "Apache-2.0", "trainingData": "none"},
    "seed": 0,
    "recipe": "libs/inference/test-fixtures/make_smoothing_model.py",
    "trainedOn": [],
    "heldOut": {},
}
(folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
