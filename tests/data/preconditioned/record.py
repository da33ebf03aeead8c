#!/usr/bin/env python3
"""Records what a preconditioned network says, in PyTorch and 64-bit floats; no test runs this.

    python3 tests/data/preconditioned/record.py

writes, for a network of two levels and one of three with random weights, NAME/model.safetensors (16-bit floats, which
hold the weights exactly), NAME/config.json, and NAME/io.safetensors: for some noise levels `caseN.x` (x_t in the
variance-preserving notation), `caseN.sigma`, `caseN.output` (the predicted noise), `caseN.cotangent` and
`caseN.vjp_eps`; and `bare_x`, `bare_condition`, `bare_output` of the network without its preconditioning.
Needs torch, numpy and safetensors.
"""
import json
import math
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

SIGMA_DATA = 0.5
NETWORKS = {
    "two": dict(channels=[16, 32], down=[1, 1], up=[1], embed=16),
    "three": dict(channels=[6, 8, 10], down=[1, 2, 1], up=[1, 0], embed=8),
}
LEVELS = [0.005, 0.08, 0.5, 6.0, 150.0]


class Block(nn.Module):
    def __init__(self, c, e):
        super().__init__()
        self.gain = nn.Parameter(1 + 0.3 * torch.randn(c))
        self.conv1 = nn.Conv2d(c, c, 3, padding=1)
        self.conv2 = nn.Conv2d(c, c, 3, padding=1)
        self.film = nn.Linear(e, 2 * c)

    def forward(self, x, e):
        rms = (x.pow(2).mean(1, keepdim=True) + 1e-4).sqrt()
        scale, shift = self.film(e)[..., None, None].chunk(2, 1)
        h = self.conv1(F.silu(self.gain.view(1, -1, 1, 1) * x / rms))
        return x + self.conv2(F.silu((1 + scale) * h + shift))


class Network(nn.Module):
    def __init__(self, channels, down, up, embed):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(embed, embed), nn.SiLU(), nn.Linear(embed, embed), nn.SiLU())
        freqs = torch.linspace(math.log(0.25), math.log(16), embed // 2).exp()
        self.register_buffer("freqs", freqs)
        self.head = nn.Conv2d(12, channels[0], 3, padding=1)
        self.tail = nn.Conv2d(channels[0], 12, 3, padding=1)
        blocks = lambda c, n: nn.ModuleList(Block(c, embed) for _ in range(n))
        pairs = list(zip(channels, channels[1:]))
        self.down = nn.ModuleList(blocks(c, n) for c, n in zip(channels, down))
        self.up = nn.ModuleList(blocks(c, n) for c, n in zip(channels, up))
        self.reduce = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairs)
        self.expand = nn.ModuleList(nn.Conv2d(b, 4 * a, 1) for a, b in pairs)

    def forward(self, x, condition):
        angles = 2 * math.pi * condition[:, None] * self.freqs
        e = self.mlp(torch.cat([angles.cos(), angles.sin()], 1))
        return self.level(0, self.head(F.pixel_unshuffle(x, 2)), e)

    def level(self, i, h, e):
        for block in self.down[i]:
            h = block(h, e)
        if i < len(self.reduce):
            h = h + F.pixel_shuffle(self.expand[i](self.level(i + 1, self.reduce[i](h), e)), 2)
            for block in self.up[i]:
                h = block(h, e)
        return F.pixel_shuffle(self.tail(h), 2) if i == 0 else h


def eps(network, x_t, sigma):
    """(x_t / sqrt(alpha_bar) - D) / sigma, by the definition of D."""
    y = x_t * math.sqrt(1 + sigma**2)
    d = math.hypot(sigma, SIGMA_DATA)
    f = network(y / d, torch.full((len(y),), math.log(sigma) / 4, dtype=y.dtype))
    x0 = SIGMA_DATA**2 / d**2 * y + sigma * SIGMA_DATA / d * f
    return (y - x0) / sigma


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    torch.manual_seed(11)
    for name, shape in NETWORKS.items():
        network = Network(**shape)
        half = {k: v.half() for k, v in network.state_dict().items()}
        exact = {k: v.double() for k, v in half.items()}
        exact["freqs"] = network.freqs.double()
        network = network.double()
        network.load_state_dict(exact)
        recorded = {}
        x, c = torch.randn(2, 3, 24, 8), torch.tensor([-0.9, 0.4])
        recorded["bare_x"], recorded["bare_condition"] = x, c
        recorded["bare_output"] = network(x.double(), c.double())
        for i, sigma in enumerate(LEVELS):
            clean = torch.rand(1, 3, 24, 8) * 2 - 1
            x_t = (clean + sigma * torch.randn(clean.shape)) / math.sqrt(1 + sigma**2)
            x_t = x_t.float().double().requires_grad_()
            v = torch.randn(clean.shape)
            out = eps(network, x_t, sigma)
            (vjp,) = torch.autograd.grad((out * v.double()).sum(), x_t)
            case = dict(x=x_t, sigma=torch.tensor([sigma]), output=out, cotangent=v, vjp_eps=vjp)
            recorded |= {f"case{i}.{k}": t for k, t in case.items()}
        folder = os.path.join(here, name)
        os.makedirs(folder, exist_ok=True)
        recorded = {k: v.detach().float().contiguous() for k, v in recorded.items()}
        save_file(recorded, os.path.join(folder, "io.safetensors"))
        save_file(half, os.path.join(folder, "model.safetensors"))
        config = dict(name=f"preconditioned-{name}", layout="preconditioned")
        config["model"] = dict(image_size=64, sigma_data=SIGMA_DATA, **shape)
        with open(os.path.join(folder, "config.json"), "w") as file:
            file.write(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
