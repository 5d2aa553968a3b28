"""PyTorch on the CPU, doing the rows' work on request. See serve.mjs for the protocol.

    python3 torch_peer.py <threads>
"""

import json
import math
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def formula(name, size):
    """The numbers of formula.mjs: state[i + 1] = a * state[i] + c in 32 bits, for all i at once."""
    state = 1
    for character in name:
        state = (state * 31 + ord(character)) % 2**32
    powers = numpy.cumprod(numpy.full(size, 1664525, numpy.uint32), dtype=numpy.uint32)
    sums = numpy.cumsum(numpy.concatenate([numpy.ones(1, numpy.uint32), powers[:-1]]), dtype=numpy.uint32)
    states = powers * numpy.uint32(state) + sums * numpy.uint32(1013904223)
    return torch.from_numpy(((states >> 8) / 2**23 - 1).astype(numpy.float32))


def learnable(examples, size, classes=10):
    ids = torch.arange(examples) % classes
    patterns = torch.stack([formula(f"pattern {each}", size) for each in range(classes)])
    return 0.5 * formula("noise", examples * size).reshape(examples, size) + 0.5 * patterns[ids], ids


class Mlp(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


class Cnn(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10),
        )


class Embedding(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.embedding, self.conv, self.head = nn.Embedding(words, width), nn.Conv1d(width, width, 5), nn.Linear(width, 10)

    def forward(self, x):
        x = F.relu(self.conv(self.embedding(x).transpose(1, 2)))
        return self.head(x.amax(2))


class Transformer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.block = nn.TransformerEncoderLayer(width, heads, 4 * width, dropout=0, batch_first=True, norm_first=True)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        return self.head(self.block(x).mean(1))


def rounded(channels):
    near = max(8, int(channels + 4) // 8 * 8)
    return near + 8 if near < 0.9 * channels else near


class MobileNet(nn.Module):
    """MobileNet v2 with TensorFlow's `same` padding and weights by the formula."""

    def __init__(self, alpha):
        super().__init__()
        layers, incoming, block = [], rounded(32 * alpha), 0
        self.stem = self.unit("Conv1", "bn_Conv1", 3, incoming, 3, 2, True)
        for expansion, channels, count, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            for each in range(count):
                name = f"block_{block}" if block else "expanded_conv"
                inner, outgoing, step = incoming * expansion, rounded(channels * alpha), stride if each == 0 else 1
                body = nn.Sequential()
                if expansion > 1:
                    body.append(self.unit(f"{name}_expand", f"{name}_expand_BN", incoming, inner, 1, 1, True))
                body.append(self.unit(f"{name}_depthwise", f"{name}_depthwise_BN", inner, inner, 3, step, True, inner))
                body.append(self.unit(f"{name}_project", f"{name}_project_BN", inner, outgoing, 1, 1, False))
                layers.append(body)
                incoming, block = outgoing, block + 1
        self.blocks = nn.ModuleList(layers)
        self.last = self.unit("Conv_1", "Conv_1_bn", incoming, 1280, 1, 1, True)
        self.head = nn.Linear(1280, 10)
        with torch.no_grad():
            self.head.weight.copy_((formula("predictions/kernel", 12800) * math.sqrt(6 / 1280)).reshape(1280, 10).T)
            self.head.bias.copy_(0.1 * formula("predictions/bias", 10))

    @staticmethod
    def unit(name, norm, incoming, outgoing, size, stride, relu, groups=1):
        layers = []
        if size == 3:
            # An even picture is padded at its end alone where the window moves by two.
            layers.append(nn.ZeroPad2d((0, 1, 0, 1)) if stride == 2 else nn.Identity())
        conv = nn.Conv2d(incoming, outgoing, size, stride, padding=1 if size == 3 and stride == 1 else 0, groups=groups, bias=False)
        bn = nn.BatchNorm2d(outgoing, eps=1e-3, momentum=0.001)
        fan_in = size * size * incoming // groups
        with torch.no_grad():
            if groups > 1:
                values = formula(f"{name}/depthwise_kernel", size * size * incoming).reshape(size, size, incoming, 1).permute(2, 3, 0, 1)
            else:
                values = formula(f"{name}/kernel", size * size * incoming * outgoing).reshape(size, size, incoming, outgoing).permute(3, 2, 0, 1)
            conv.weight.copy_(values * math.sqrt(6 / fan_in))
            bn.weight.copy_(1 + 0.5 * formula(f"{norm}/gamma", outgoing))
            bn.bias.copy_(0.1 * formula(f"{norm}/beta", outgoing))
            bn.running_mean.copy_(0.1 * formula(f"{norm}/moving_mean", outgoing))
            bn.running_var.copy_(1 + 0.5 * formula(f"{norm}/moving_variance", outgoing))
        return nn.Sequential(*layers, conv, bn, *([nn.ReLU6()] if relu else []))

    def features(self, x):
        x = self.stem(x)
        for body in self.blocks:
            y = body(x)
            x = x + y if y.shape == x.shape else y
        return self.last(x).mean((2, 3))

    def forward(self, x):
        return self.head(self.features(x))


def shuffled(inputs, ids, batch):
    """Batches without end, in a new order each epoch."""
    while True:
        order = torch.randperm(len(ids))
        for start in range(0, len(ids), batch):
            picked = order[start : start + batch]
            yield inputs[picked], ids[picked]


def training(model, inputs, ids, batch, steps=1, rate=1e-3):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    batches = shuffled(inputs, ids, batch)

    def run():
        loss = math.nan
        for _ in range(steps):
            x, y = next(batches)
            optimizer.zero_grad()
            value = F.cross_entropy(model(x), y)
            value.backward()
            optimizer.step()
            loss = value.item()
        return {"loss": loss}

    return {"run": run}


def nchw(examples, side):
    inputs, ids = learnable(examples, side * side * 3)
    return inputs.reshape(examples, side, side, 3).permute(0, 3, 1, 2).contiguous(), ids


def seed_cnn(p):
    inputs, ids = learnable(8 * p["batch"], 784)
    return training(Cnn(), inputs.reshape(-1, 1, 28, 28), ids, p["batch"])


def mlp(p):
    return training(Mlp(), *learnable(8 * p["batch"], 784), p["batch"])


def embedding(p):
    inputs, ids = learnable(8 * p["batch"], p["length"])
    words = ((inputs + 1) / 2 * (p["words"] - 1)).long()
    return training(Embedding(p["words"], p["width"]), words, ids, p["batch"])


def transformer(p):
    inputs, ids = learnable(8 * p["batch"], p["length"] * p["width"])
    return training(Transformer(p["width"], p["heads"]), inputs.reshape(-1, p["length"], p["width"]), ids, p["batch"])


def mobilenet_forward(p):
    model = MobileNet(p["alpha"]).eval()
    images = formula("images", p["batch"] * p["side"] ** 2 * 3).reshape(-1, p["side"], p["side"], 3).permute(0, 3, 1, 2).contiguous()

    @torch.no_grad()
    def probabilities():
        return F.softmax(model(images), 1)

    def run():
        probabilities()

    return {"run": run, "check": (probabilities() * (torch.arange(10) + 1)).sum().item()}


def mobilenet_step(p):
    model = MobileNet(p["alpha"])
    if p["statistics"] == "frozen":
        model.eval()
    return training(model, *nchw(4 * p["batch"], p["side"]), p["batch"], rate=p["learningRate"])


def head_epoch(p):
    steps = math.ceil(p["examples"] / p["batch"])
    return training(nn.Linear(p["features"], 10), *learnable(p["examples"], p["features"]), p["batch"], steps)


def linear_probe_cached(p):
    model = MobileNet(p["alpha"]).eval()
    inputs, ids = nchw(p["examples"], p["side"])
    steps = p["epochs"] * math.ceil(p["examples"] / p["batch"])

    def run():
        with torch.no_grad():
            features = torch.cat([model.features(part) for part in inputs.split(p["batch"])])
        return training(nn.Linear(1280, 10), features, ids, p["batch"], steps)["run"]()

    return {"run": run}


def linear_probe_naive(p):
    model = MobileNet(p["alpha"]).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for parameter in model.head.parameters():
        parameter.requires_grad_(True)
    steps = math.ceil(p["examples"] / p["batch"])
    return training(model, *nchw(p["examples"], p["side"]), p["batch"], steps)


def matmul(p):
    m, k, n = p["m"], p["k"], p["n"]
    a = formula("a", m * k).reshape(k, m).T if p["transposeA"] else formula("a", m * k).reshape(m, k)
    b = formula("b", k * n).reshape(n, k).T if p["transposeB"] else formula("b", k * n).reshape(k, n)

    def run():
        torch.matmul(a, b)

    return {"run": run, "check": torch.matmul(a, b).abs().sum().item()}


KINDS = {
    "seed-cnn": seed_cnn,
    "mlp": mlp,
    "embedding": embedding,
    "transformer": transformer,
    "mobilenet-forward": mobilenet_forward,
    "mobilenet-step": mobilenet_step,
    "head-epoch": head_epoch,
    "linear-probe-cached": linear_probe_cached,
    "linear-probe-naive": linear_probe_naive,
    "matmul": matmul,
}


def send(message):
    print(json.dumps(message), flush=True)


def timed(work, times):
    outcome = None
    cpu, started = time.process_time(), time.perf_counter()
    for _ in range(times):
        outcome = work["run"]()
    return {
        "ms": (time.perf_counter() - started) * 1000 / times,
        "cpuMs": (time.process_time() - cpu) * 1000 / times,
        **(outcome or {}),
    }


def main():
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    send({"ready": {"torch": torch.__version__, "threads": torch.get_num_threads()}})
    work = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                kind = KINDS.get(request["params"]["kind"])
                if kind is None:
                    raise RuntimeError("does not have this")
                work = kind(request["params"])
                send({"check": work.get("check")})
            elif request["do"] == "run":
                send(timed(work, request["times"]))
            else:
                work = None
                send({})
        except Exception as error:  # whatever it is, the driver shows it
            send({"error": " ".join(str(error).split())})


main()
