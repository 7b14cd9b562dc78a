"""Trains the activity model and exports it as activity.onnx.

    python3 train.py [--data ../../../shared/data] [--out activity.onnx]

Needs PyTorch and numpy. The seed is fixed and one thread is used, so that the
same PyTorch build gives the same file. See README.md for where the data is from.
"""

import argparse
import pathlib

import numpy as np
import torch
from torch import nn

SEED = 20
UNITS = 48
EPOCHS = 60
BATCH = 48
WINDOWS_PER_SEQUENCE = 3  # windows laid end to end, so that the model learns to follow a change of activity
SETTLE = 32               # steps after a change that carry no loss: 0.64 s at 50 Hz
CHANNELS = [0, 1, 2, 6, 7, 8]  # total acceleration (g) and angular rate (rad/s), as an MPU-6050 gives them


class Activity(nn.Module):
    """x [batch, time, 6] in g and rad/s -> class probabilities [batch, time, 6]."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("scale", torch.tensor(1 / std))
        self.lstm = nn.LSTM(len(CHANNELS), UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 6)

    def logits(self, x):
        hidden, _ = self.lstm((x - self.mean) * self.scale)
        return self.dense(hidden)

    def forward(self, x):
        return torch.softmax(self.logits(x), dim=-1)


def load(folder, part):
    x = np.load(folder / f"har_{part}_x.npy")[:, :, CHANNELS]
    y = np.load(folder / f"har_{part}_y.npy").astype(np.int64) - 1
    return torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(y)


def rotations(count, degrees, generator):
    """Small random rotations [count, 3, 3]: the sensor never sits in the same way twice."""
    angle = torch.randn(count, 3, generator=generator) * np.deg2rad(degrees)
    skew = torch.zeros(count, 3, 3)
    skew[:, 0, 1], skew[:, 0, 2], skew[:, 1, 2] = -angle[:, 2], angle[:, 1], -angle[:, 0]
    return torch.matrix_exp(skew - skew.transpose(1, 2))


def augment(x, generator):
    turn = rotations(len(x), 5, generator)
    x = torch.cat([x[..., :3] @ turn, x[..., 3:] @ turn], dim=-1)
    gain = 1 + 0.05 * torch.randn(len(x), 1, 1, generator=generator)
    noise = torch.tensor([0.005] * 3 + [0.01] * 3)
    return x * torch.cat([torch.ones_like(gain).expand(-1, 1, 3), gain.expand(-1, 1, 3)], dim=-1) \
        + noise * torch.randn(x.shape, generator=generator)


def sequences(x, y, generator):
    """Random windows end to end: x [sequences, 3*128, 6], y and mask [sequences, 3*128]."""
    order = torch.randperm(len(x), generator=generator)
    order = order[:len(order) // WINDOWS_PER_SEQUENCE * WINDOWS_PER_SEQUENCE].view(-1, WINDOWS_PER_SEQUENCE)
    length = x.shape[1]
    label = y[order].repeat_interleave(length, dim=1)
    mask = torch.ones(label.shape)
    for window in range(WINDOWS_PER_SEQUENCE):
        mask[:, window * length:window * length + SETTLE] = 0
    return augment(x, generator)[order].flatten(1, 2), label, mask


def accuracy(model, x, y):
    """Share of right answers: at each window's last step, and over the steps after SETTLE."""
    with torch.no_grad():
        top = model(x).argmax(-1)
    return (top[:, -1] == y).float().mean().item(), (top[:, SETTLE:] == y[:, None]).float().mean().item()


def train(x, y):
    generator = torch.Generator().manual_seed(SEED)
    model = Activity(x.mean((0, 1)).numpy(), x.std((0, 1)).numpy())
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, weight_decay=1e-5)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=6e-3, total_steps=EPOCHS * -(-len(x) // WINDOWS_PER_SEQUENCE // BATCH))
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1, reduction="none")
    for epoch in range(EPOCHS):
        inputs, labels, mask = sequences(x, y, generator)
        total = 0.0
        for batch in torch.arange(len(inputs)).split(BATCH):
            loss = loss_of(model.logits(inputs[batch]).flatten(0, 1), labels[batch].flatten())
            loss = (loss * mask[batch].flatten()).sum() / mask[batch].sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: loss {total / len(inputs):.4f}", flush=True)
    return model.eval()


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, default=here / "../../../shared/data")
    parser.add_argument("--out", type=pathlib.Path, default=here / "activity.onnx")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    model = train(*load(arguments.data, "train"))
    last, steps = accuracy(model, *load(arguments.data, "test"))
    print(f"test accuracy: {last:.4f} at the last step, {steps:.4f} over steps after {SETTLE}")

    torch.onnx.export(
        model, torch.zeros(1, 16, len(CHANNELS)), str(arguments.out), opset_version=13,
        input_names=["motion"], output_names=["activity"],
        dynamic_axes={"motion": {0: "batch", 1: "time"}, "activity": {0: "batch", 1: "time"}})


if __name__ == "__main__":
    main()
