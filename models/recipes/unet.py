"""3-D U-Nets whose output at a voxel does not depend on the window it was computed in (beyond its margin)."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def _conv(inputs, outputs, kernel):
    padding = tuple(k // 2 for k in kernel)
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, kernel, padding=padding, bias=False), nn.BatchNorm3d(outputs), nn.ReLU()
    )


def _pair(inputs, outputs, kernel):
    return nn.Sequential(_conv(inputs, outputs, kernel), _conv(outputs, outputs, kernel))


class UNet(nn.Module):
    """
    U-Net of `len(widths)` levels: two convolutions a level on the way down and up, max pooling, nearest
    upsampling, skip connections by concatenation, batch normalisation (it folds into the convolutions, so no
    statistic of the window enters).

    widths: channels per level; kernels: (z, y, x) kernel per level; poolings: (z, y, x) factor between levels;
    stem: factor of an optional strided convolution before level 0, undone by a transposed one before the
    output, so that all levels run at lower resolution.

    forward: float32 (batch, 1, z, y, x), sizes divisible by the product of stem and poolings
             -> logits (batch, outputs, z, y, x).
    """

    def __init__(self, outputs, widths, kernels, poolings, stem=None, stem_width=24, head_width=12):
        super().__init__()
        self.poolings = [tuple(p) for p in poolings]
        first = 1
        self.stem = None
        if stem is not None:
            stem = tuple(stem)
            kernel = tuple(3 if s == 1 else 2 * s for s in stem)
            padding = tuple(1 if s == 1 else s // 2 for s in stem)
            self.stem = nn.Sequential(
                nn.Conv3d(1, stem_width, kernel, stride=stem, padding=padding, bias=False),
                nn.BatchNorm3d(stem_width),
                nn.ReLU(),
            )
            first = stem_width
        inputs = [first, *widths[:-1]]
        self.down = nn.ModuleList(_pair(i, o, k) for i, o, k in zip(inputs, widths, kernels))
        self.up = nn.ModuleList(
            _pair(widths[level] + widths[level + 1], widths[level], kernels[level]) for level in range(len(widths) - 1)
        )
        head = widths[0]
        self.unstem = None
        if stem is not None:
            self.unstem = nn.Sequential(
                nn.ConvTranspose3d(widths[0], head_width, stem, stride=stem, bias=False),
                nn.BatchNorm3d(head_width),
                nn.ReLU(),
            )
            head = head_width
        self.head = nn.Conv3d(head, outputs, 1)

    def forward(self, x):
        x = x if self.stem is None else self.stem(x)
        skips = []
        for level, block in enumerate(self.down):
            x = block(x)
            if level < len(self.poolings):
                skips.append(x)
                x = F.max_pool3d(x, self.poolings[level])
        for level in reversed(range(len(self.up))):
            x = F.interpolate(x, scale_factor=tuple(float(p) for p in self.poolings[level]), mode="nearest")
            x = self.up[level](torch.cat([x, skips[level]], 1))
        x = x if self.unstem is None else self.unstem(x)
        return self.head(x)
