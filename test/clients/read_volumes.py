"""Reads volumes with public clients and reports the SHA-256 of what they saw.

stdin: [{"reader": name of a function below, "url": address or path, ...}]; stdout: one JSON list, in order.
Arrays are hashed as C order (c, z, y, x), or (z, y, x) for one channel, little-endian.
"""

import hashlib
import json
import sys

import numpy as np


def report(array):
    if array.ndim == 4 and array.shape[0] == 1:
        array = array[0]
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()
    return {"shape": list(array.shape), "dtype": str(array.dtype), "sha256": digest}


def tensorstore_precomputed(url, mip):
    import tensorstore as ts

    spec = {"driver": "neuroglancer_precomputed", "kvstore": url, "scale_index": mip}
    store = ts.open(spec, open=True).result()
    units = [[unit.multiplier, unit.base_unit] for unit in store.dimension_units[:3]]
    return report(store.read().result().transpose(3, 2, 1, 0)) | {"unitsXyz": units}


def tensorstore_zarr(url, mip):
    import tensorstore as ts

    store = ts.open({"driver": "zarr", "kvstore": f"{url}/{mip}/"}, open=True).result()
    return report(store.read().result())


def zarr_python(url, mip):
    import zarr

    group = zarr.open_group(url, mode="r", zarr_format=2)
    multiscale = group.attrs["multiscales"][0]
    dataset = multiscale["datasets"][mip]
    scale = dataset["coordinateTransformations"][0]["scale"]
    return report(group[dataset["path"]][:]) | {"scale": scale, "members": sorted(group.array_keys())}


def cloud_volume(url, mip, fill_missing=False):
    from cloudvolume import CloudVolume

    volume = CloudVolume(url, mip=mip, fill_missing=fill_missing, progress=False)
    resolution = [float(r) for r in volume.resolution]
    return report(np.asarray(volume[:, :, :]).transpose(3, 2, 1, 0)) | {"resolutionXyz": resolution}


def cloud_volume_box(url, box):
    """box: x0, y0, z0, x1, y1, z1, half-open."""
    from cloudvolume import CloudVolume

    volume = CloudVolume(url, mip=0, progress=False)
    x0, y0, z0, x1, y1, z1 = box
    return report(np.asarray(volume[x0:x1, y0:y1, z0:z1]).transpose(3, 2, 1, 0))


def cloud_volume_skeleton(url, segment):
    from cloudvolume import CloudVolume

    skeleton = CloudVolume(url, progress=False).skeleton.get(int(segment))
    return {
        "verticesXyz": skeleton.vertices.tolist(),
        "edges": skeleton.edges.tolist(),
        "radius": skeleton.radius.tolist(),
        "id": str(skeleton.id),
    }


def cloud_volume_mesh(url, segment):
    from cloudvolume import CloudVolume

    mesh = CloudVolume(url, progress=False).mesh.get(int(segment))
    mesh = mesh[int(segment)] if isinstance(mesh, dict) else mesh
    return {"verticesXyz": mesh.vertices.tolist(), "faces": mesh.faces.reshape(-1, 3).tolist()}


def main():
    jobs = json.load(sys.stdin)
    results = []
    for job in jobs:
        reader = globals()[job.pop("reader")]
        results.append(reader(**job))
    print(json.dumps(results))


main()
