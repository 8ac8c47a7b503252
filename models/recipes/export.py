"""
Writes a trained network as models/<id>/model.onnx with its model.json (see models/README.md), after checking
that onnxruntime gives what PyTorch gives.

    python -m recipes.export --design affinities-iso-10nm --checkpoint RUN/checkpoint.pt --card CARD.json
"""

import argparse
import copy
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from . import designs, upsampling
from .training import load_weights

MODELS = Path(__file__).resolve().parent.parent
LARGEST_DIFFERENCE = 1e-4


def fold(network):
    """Folds every batch normalisation into the convolution before it. -> a new module in eval mode."""
    network = copy.deepcopy(network).eval()
    for module in network.modules():
        if not isinstance(module, nn.Sequential):
            continue
        for i in range(len(module) - 1):
            if isinstance(module[i + 1], nn.BatchNorm3d):
                module[i] = fuse_conv_bn_eval(module[i], module[i + 1], transpose=isinstance(module[i], nn.ConvTranspose3d))
                module[i + 1] = nn.Identity()
    return network


class Exported(nn.Module):
    """The network with the channels that are kept, as probabilities."""

    def __init__(self, network, channels, logit_shift):
        super().__init__()
        self.network = fold(network)
        with torch.no_grad():
            head = self.network.head
            kept = nn.Conv3d(head.in_channels, len(channels), 1)
            kept.weight.copy_(head.weight[channels])
            kept.bias.copy_(head.bias[channels] + torch.tensor(logit_shift))
            self.network.head = kept

    def forward(self, em):
        return torch.sigmoid(self.network(em))


def export(design, checkpoint, path, window):
    """Writes the ONNX file, checked at `window` (z, y, x). -> largest difference between the runtimes."""
    network = design.network()
    load_weights(network, checkpoint)
    model = Exported(network, design.exported_channels(), design.logit_shift()).eval()
    example = torch.randn(1, 1, *window)
    torch.onnx.export(
        model, (example,), str(path), input_names=["em"], output_names=["probability"], opset_version=18,
        dynamo=False, do_constant_folding=True,
        dynamic_axes={name: {2: "z", 3: "y", 4: "x"} for name in ("em", "probability")},
    )
    upsampling.rewrite(path)
    onnx.checker.check_model(onnx.load(path))
    with torch.no_grad():
        expected = model(example).numpy()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    got = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]).run(
        None, {"em": example.numpy()}
    )[0]
    difference = float(np.abs(got - expected).max())
    if difference > LARGEST_DIFFERENCE:
        raise SystemExit(f"{path} differs from the PyTorch network by {difference}.")
    return difference


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--design", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--trained-on", nargs="+", required=True, help="one phrase per source")
    parser.add_argument("--scores", help="JSON file of held-out scores (written by models/evaluate)")
    options = parser.parse_args()
    design = designs.ALL[options.design]
    folder = MODELS / design.name
    folder.mkdir(exist_ok=True)
    path = folder / "model.onnx"
    difference = export(design, options.checkpoint, path, design.window)
    state = torch.load(options.checkpoint, weights_only=False)
    card = {
        "id": design.name,
        "version": options.version,
        "task": design.task,
        "file": "model.onnx",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "voxelNm": design.voxel_nm,
        "voxelToleranceFraction": 0.3,
        "window": design.window,
        "margin": design.margin,
        "channels": design.exported,
        "licence": {"weights": design.weights_licence, "trainingData": design.data_licence},
        "seed": state["options"]["seed"],
        "recipe": f"recipes/README.md#{design.name}",
        "trainedOn": options.trained_on,
        "heldOut": json.loads(Path(options.scores).read_text()) if options.scores else {},
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{path}: {path.stat().st_size} bytes, differs from PyTorch by at most {difference:.2e}")


if __name__ == "__main__":
    main()
