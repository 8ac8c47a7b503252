"""Writes one array with public writers, in every format and compression Stratome should read.

stdin: {"folder": where, "raw": file of C order uint64 (z, y, x), "shape": [z, y, x]}; stdout: names of volumes.
"""

import json
import os
import sys

import numpy as np
import tensorstore as ts
import zarr


def write_tensorstore(folder, array, name, spec):
    path = os.path.join(folder, name)
    spec = spec | {"kvstore": {"driver": "file", "path": path + "/"}, "create": True}
    ts.open(spec).result().write(array).result()
    return name


def zarr_python(folder, array):
    names = []
    for compressor in ["gzip", "zstd", "blosc", "lz4", "none"]:
        from zarr.codecs import BloscCodec, GzipCodec, ZstdCodec
        import numcodecs

        old = {
            "gzip": numcodecs.GZip(),
            "zstd": numcodecs.Zstd(),
            "blosc": numcodecs.Blosc(),
            "lz4": numcodecs.LZ4(),
            "none": None,
        }
        new = {"gzip": GzipCodec(), "zstd": ZstdCodec(), "blosc": BloscCodec(), "none": None}
        for version, choices in [(2, old), (3, new)]:
            if compressor not in choices:
                continue
            name = f"zarr{version}-{compressor}"
            target = zarr.create_array(
                os.path.join(folder, name),
                shape=array.shape,
                chunks=(5, 16, 16),
                dtype=array.dtype,
                compressors=choices[compressor],
                zarr_format=version,
                order="F" if version == 2 and compressor == "zstd" else "C",
            )
            target[:] = array
            names.append(name)
    target = zarr.create_array(
        os.path.join(folder, "zarr3-sharded"),
        shape=array.shape,
        chunks=(5, 8, 8),
        shards=(10, 32, 32),
        dtype=array.dtype,
        zarr_format=3,
    )
    target[:] = array
    return names + ["zarr3-sharded"]


def tensorstore(folder, array):
    names = []
    for compression in [{"type": "raw"}, {"type": "gzip"}, {"type": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1}, {"type": "zstd"}]:
        metadata = {
            "dimensions": list(array.shape[::-1]),
            "blockSize": [16, 16, 5],
            "dataType": "uint64",
            "compression": compression,
        }
        name = f"n5-{compression['type']}"
        names.append(write_tensorstore(folder, array.transpose(), name, {"driver": "n5", "metadata": metadata}))
    sharding = {
        "name": "sharding_indexed",
        "configuration": {
            "chunk_shape": [5, 8, 8],
            "codecs": [{"name": "transpose", "configuration": {"order": [2, 1, 0]}}, {"name": "bytes"}, {"name": "gzip"}],
            "index_location": "end",
        },
    }
    metadata = {
        "shape": list(array.shape),
        "data_type": "uint64",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [10, 16, 32]}},
        "codecs": [sharding],
    }
    names.append(write_tensorstore(folder, array, "zarr3-tensorstore-sharded", {"driver": "zarr3", "metadata": metadata}))
    return names


def main():
    job = json.load(sys.stdin)
    array = np.fromfile(job["raw"], "<u8").reshape(job["shape"])
    print(json.dumps(zarr_python(job["folder"], array) + tensorstore(job["folder"], array)))


main()
