"""Trains the forecaster of a cold room's temperature and writes anomaly.onnx, and the recording that the example runs on.

    python3 examples/anomaly/train.py

Needs PyTorch and numpy. The room is computed; the seed is fixed and one thread is used.
"""

import datetime
import pathlib

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
MINUTES = 5               # between two samples
DAY = 24 * 60 // MINUTES
UNITS = 16
EPOCHS = 60


class Forecast(nn.Module):
    """temperature [batch, time, 1] in degrees Celsius -> that of the next sample [batch, time, 1]."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(1, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 1)

    def forward(self, temperature):
        return temperature + self.dense(self.gru((temperature - 4) / 2)[0])


def room(random, count, door=None, failure=None):
    """A cold room around 4 degrees: a compressor that starts at 5 and stops at 3, warmer days than nights, people who go in and
    out. door, failure: samples (first, last) in which the door stays open, or the compressor does not start."""
    temperature, cools = 4 + random.uniform(-1, 1), random.random() < 0.5
    given = np.empty(count)
    start = random.integers(DAY)
    for i in range(count):
        outside = 18 + 6 * np.sin(2 * np.pi * (start + i) / DAY)
        leak = 0.02 * (outside - temperature)
        if random.random() < 0.01:
            leak += random.uniform(0, 0.3)
        if door and door[0] <= i <= door[1]:
            leak *= 4
        cools = temperature > 5 or (cools and temperature > 3)
        works = cools and not (failure and failure[0] <= i <= failure[1])
        temperature += leak - (0.75 if works else 0)
        given[i] = temperature + 0.03 * random.standard_normal()
    return given


def train(x):
    model = Forecast()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-2, total_steps=EPOCHS * -(-len(x) // 16))
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(len(x)).split(16):
            loss = (model(x[batch, :-1]) - x[batch, 1:])[:, 12:].square().mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: error {np.sqrt(total / len(x)):.4f} degrees", flush=True)
    return model.eval()


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    rooms = np.stack([room(random, DAY) for _ in range(128)])
    model = train(torch.from_numpy(rooms[..., None].astype(np.float32)))
    torch.onnx.export(model, torch.zeros(1, 8, 1), str(HERE / "anomaly.onnx"), opset_version=13, input_names=["temperature"],
                      output_names=["next"], dynamic_axes={"temperature": {1: "time"}, "next": {1: "time"}})

    # Three days: the door is left open on the second from 14:00 to 15:00, the compressor fails on the third at 20:00.
    series = room(np.random.default_rng(2), 3 * DAY, (DAY + 14 * 12, DAY + 15 * 12), (2 * DAY + 20 * 12, 3 * DAY))
    begin = datetime.datetime(2026, 3, 2)
    lines = [f"{begin + datetime.timedelta(minutes=MINUTES * i):%Y-%m-%dT%H:%M:%S},{value:.2f}\n" for i, value in enumerate(series)]
    (HERE / "cold-room.csv").write_text("time,temperature\n" + "".join(lines))


if __name__ == "__main__":
    main()
