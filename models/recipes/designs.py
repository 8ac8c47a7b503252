"""The four networks: shape, what they put out, and how they are trained."""

import math
from dataclasses import dataclass, field

from .targets import NEAREST
from .unet import UNet

CUBE = (3, 3, 3)
FLAT = (1, 3, 3)


@dataclass
class AffinityDesign:
    name: str
    isotropic: bool
    widths: tuple
    kernels: tuple
    poolings: tuple
    voxel_nm: list
    window: list  # z, y, x voxels
    margin: list
    data_licence: str
    offsets: list  # (z, y, x) voxels; the first three are the nearest neighbours, the others only help training
    patch: tuple  # z, y, x voxels
    erode_axes: tuple
    batch: int = 2
    negative_weight: float = 2.0
    far_weight: float = 0.3
    tissue_weight: float = 1.0
    task: str = "affinities"
    weights_licence: str = "Apache-2.0"
    exported: list = field(
        default_factory=lambda: ["affinityZ", "affinityY", "affinityX", "glia", "vessel"]
    )

    def network(self):
        return UNet(len(self.offsets) + 2, self.widths, self.kernels, self.poolings)

    def exported_channels(self):
        """Output channels that are kept: nearest neighbours and tissue."""
        n = len(self.offsets)
        return [0, 1, 2, n, n + 1]

    def logit_shift(self):
        """None: the doubled weight of negatives leans towards splitting, which agglomeration mends."""
        return [0.0] * 5


AFFINITIES = {
    "affinities-iso-10nm": AffinityDesign(
        name="affinities-iso-10nm",
        isotropic=True,
        widths=(16, 32, 64, 96),
        kernels=(CUBE,) * 4,
        poolings=((2, 2, 2),) * 3,
        voxel_nm=[10, 10, 10],
        window=[96, 160, 160],
        margin=[16, 16, 16],
        data_licence="CC BY (fibsem-medulla); generated (phantoms)",
        offsets=[*NEAREST, (4, 0, 0), (0, 4, 0), (0, 0, 4), (10, 0, 0), (0, 10, 0), (0, 0, 10)],
        patch=(48, 48, 48),
        erode_axes=(0, 1, 2),
    ),
    "affinities-aniso-48x8nm": AffinityDesign(
        name="affinities-aniso-48x8nm",
        isotropic=False,
        widths=(16, 32, 48, 64),
        kernels=(FLAT, CUBE, CUBE, CUBE),
        poolings=((1, 2, 2), (1, 2, 2), (2, 2, 2)),
        voxel_nm=[48, 8, 8],
        window=[24, 160, 160],
        margin=[4, 16, 16],
        data_licence="generated (phantoms)",
        offsets=[*NEAREST, (2, 0, 0), (0, 5, 0), (0, 0, 5), (0, 12, 0), (0, 0, 12)],
        patch=(12, 112, 112),
        erode_axes=(1, 2),
    ),
}


@dataclass
class SynapseDesign:
    name: str
    isotropic: bool
    widths: tuple
    kernels: tuple
    poolings: tuple
    voxel_nm: list
    window: list
    margin: list
    patch: tuple
    data_licence: str = "generated (phantoms)"
    batch: int = 2
    stem: tuple | None = None  # factor of a strided convolution before the first level
    positive_weights: tuple = (3.0, 4.0, 3.0)  # pre, cleft, post; those voxels are rare
    synapse_share: float = 0.75  # patches placed around a synapse, fraction
    task: str = "synapses"
    weights_licence: str = "Apache-2.0"
    exported: list = field(default_factory=lambda: ["pre", "cleft", "post", "excitatory"])

    def network(self):
        return UNet(4, self.widths, self.kernels, self.poolings, self.stem)

    def exported_channels(self):
        return [0, 1, 2, 3]

    def logit_shift(self):
        """Weighting positives by w moves the learned log-odds by log w; the export moves them back."""
        return [*(-math.log(w) for w in self.positive_weights), 0.0]


SYNAPSES = {
    "synapses-iso-10nm": SynapseDesign(
        name="synapses-iso-10nm",
        isotropic=True,
        widths=(8, 20, 40),
        kernels=(CUBE,) * 3,
        poolings=((2, 2, 2),) * 2,
        voxel_nm=[10, 10, 10],
        window=[96, 160, 160],
        margin=[16, 16, 16],
        patch=(48, 48, 48),
        positive_weights=(4.0, 4.0, 4.0),
    ),
    "synapses-aniso-48x8nm": SynapseDesign(
        name="synapses-aniso-48x8nm",
        isotropic=False,
        widths=(32, 48, 64),
        kernels=(FLAT, CUBE, CUBE),
        poolings=((1, 2, 2), (1, 2, 2)),
        stem=(1, 2, 2),
        voxel_nm=[48, 8, 8],
        window=[24, 160, 160],
        margin=[4, 16, 16],
        patch=(12, 112, 112),
    ),
}

ALL = {**AFFINITIES, **SYNAPSES}
