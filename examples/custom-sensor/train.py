"""Trains the model that notices an open window by temperature and humidity, and writes window.onnx.

    python3 examples/custom-sensor/train.py

Needs PyTorch and numpy. Rooms are computed; the seed is fixed and one thread is used.
"""

import pathlib

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
UNITS = 12
ROOMS, SECONDS, EPOCHS = 256, 480, 60


class Window(nn.Module):
    """air [batch, time, 2] (degrees Celsius, % relative humidity, once a second) -> probability of an open window [batch, time, 1]."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([20.0, 45.0]))
        self.register_buffer("scale", torch.tensor([0.25, 0.1]))
        self.gru = nn.GRU(2, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 1)

    def logits(self, air):
        return self.dense(self.gru((air - self.mean) * self.scale)[0])

    def forward(self, air):
        return torch.sigmoid(self.logits(air))


def room(random):
    """A heated room whose window is open for a while in three of four recordings: air and truth, second by second."""
    opened = random.integers(40, SECONDS - 100) if random.random() < 0.75 else SECONDS
    closed = opened + random.integers(60, 300)
    warm, damp = random.uniform(18, 24), random.uniform(30, 60)
    cold, dry = random.uniform(-5, 12), random.uniform(15, 35)
    temperature, humidity = warm, damp
    drift, speed = random.uniform(-0.5, 0.5) / 300, random.uniform(40, 120)
    air, is_open = np.empty((SECONDS, 2)), np.zeros(SECONDS)
    for second in range(SECONDS):
        is_open[second] = opened <= second < closed
        warm += drift
        goal, tau = ((cold + warm) / 2, speed) if is_open[second] else (warm, 400)
        temperature += (goal - temperature) / tau
        humidity += ((dry if is_open[second] else damp) - humidity) / tau
        air[second] = temperature + 0.03 * random.standard_normal(), humidity + 0.15 * random.standard_normal()
    return air, is_open


def main():
    torch.set_num_threads(1)
    torch.manual_seed(2)
    random = np.random.default_rng(2)
    air, is_open = (torch.tensor(np.stack(each), dtype=torch.float32) for each in zip(*[room(random) for _ in range(ROOMS + 64)]))
    model = Window()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-2, total_steps=EPOCHS * (ROOMS // 32))
    for epoch in range(EPOCHS):
        for batch in torch.randperm(ROOMS).split(32):
            loss = nn.functional.binary_cross_entropy_with_logits(model.logits(air[batch])[..., 0], is_open[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: loss {loss.item():.4f}", flush=True)
    with torch.no_grad():
        print(f"new rooms: {((model(air[ROOMS:])[..., 0] > 0.5) == (is_open[ROOMS:] > 0.5)).float().mean():.3f} of the seconds right")
    torch.onnx.export(model.eval(), torch.zeros(1, 8, 2), str(HERE / "window.onnx"), opset_version=13, input_names=["air"],
                      output_names=["open"], dynamic_axes={"air": {1: "time"}, "open": {1: "time"}})


if __name__ == "__main__":
    main()
