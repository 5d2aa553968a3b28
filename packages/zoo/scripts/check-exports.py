"""Opens what export-samples.mjs wrote with programs that Graft has no part in, and compares their outputs with Graft's.

    python check-exports.py <folder>        needs keras 3 with a backend, onnx, onnxruntime, safetensors, h5py, numpy
"""
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import h5py
import keras
import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

worst = 0.0
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    facts = json.loads(path.read_text())
    x = np.array(facts["input"], np.float32).reshape(facts["shape"])
    ours = np.array(facts["output"])

    def apart(theirs):
        return float(np.abs(np.asarray(theirs).ravel() - ours).max())

    found = {}
    model = onnx.load(path.with_suffix(".onnx"))
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path.with_suffix(".onnx"))
    found["onnx"] = apart(session.run(None, {"input": x.transpose(0, 3, 1, 2)})[0])
    for ending in ("keras", "h5"):
        loaded = keras.models.load_model(path.with_suffix(f".{ending}"), compile=False)
        found[ending] = apart(loaded.predict(x, verbose=0))
    with h5py.File(path.with_suffix(".h5")) as file:
        arrays = []
        file["model_weights"].visititems(lambda name, each: arrays.append(each) if isinstance(each, h5py.Dataset) else None)
    tensors = load_file(path.with_suffix(".safetensors"))
    parameters = sum(each.size for each in tensors.values())
    assert parameters == loaded.count_params(), (parameters, loaded.count_params())
    worst = max(worst, *found.values())
    print(path.stem, f"{parameters} weights in {len(tensors)} arrays,", ", ".join(f"{k}: {v:.1e}" for k, v in found.items()))
assert worst < 1e-4, worst
