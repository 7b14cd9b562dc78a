"""Trains the voice model and writes voice.onnx, and the recording that the example runs on, voice.wav.

    python3 examples/voice/train.py

Needs PyTorch, numpy, espeak-ng and flite, and the built tools (dotnet build -c Release): the front end itself computes the
features, so that the model is trained on what it gets on the device. The seed is fixed and one thread is used.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch import nn

import speech

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE / "../../tools"
FRONT_END = "log-mel(library=torchaudio, rate=8000, n_fft=256, win=200, hop=80, mels=24, center=false)"
HOP = 80
BANDS = 24
UNITS = 24
SCENES, SECONDS = 160, 6
EPOCHS = 50


class Voice(nn.Module):
    """bands [batch, time, 24], natural logarithms -> probability of speech [batch, time, 1]."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("scale", torch.tensor(1 / std))
        self.gru = nn.GRU(BANDS, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 1)

    def logits(self, x):
        return self.dense(self.gru((x - self.mean) * self.scale)[0])

    def forward(self, x):
        return torch.sigmoid(self.logits(x))


def tool(name, *arguments):
    subprocess.run(["dotnet", TOOLS / name / "bin/Release/net10.0" / f"{name}.dll", *arguments], check=True, stdout=subprocess.DEVNULL)


def features(scenes):
    """Of recordings [N, samples], by the front end itself: [N, frames, BANDS]."""
    with tempfile.TemporaryDirectory() as folder:
        program, samples, bands = (f"{folder}/{name}" for name in ("front.eseq", "samples.npy", "bands.npy"))
        tool("edgeseq-convert", "convert", "-o", program, "--front-end", FRONT_END, "--chunk", str(HOP))
        np.save(samples, scenes.reshape(len(scenes), -1, HOP).astype(np.float32))
        tool("edgeseq", "run", program, "--source", f"npy:{samples}", "--recordings", "many", "--sink", f"npy:{bands}", "--no-flush")
        return np.load(bands).reshape(len(scenes), -1, BANDS)


def scenes(random, spoken, count):
    samples, labels = [], []
    for _ in range(count):
        clean, speaks = speech.scene(random, spoken, SECONDS)
        samples.append(np.clip(speech.mixed(random, clean, 0, 30), -1, 1))
        labels.append(speaks)
    return np.stack(samples), np.stack(labels)


def frame_labels(speaks, frames):
    """A frame's label is that of its last sample: the first frame is whole after 200 samples of its 256."""
    first = speaks.shape[1] - frames * HOP
    return torch.tensor(speaks[:, first + HOP - 1::HOP][:, :frames].astype(np.float32))


def train(x, y):
    model = Voice(x.mean((0, 1)), x.std((0, 1)))
    x = torch.from_numpy(x)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    steps = EPOCHS * -(-len(x) // 16)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(len(x)).split(16):
            # Another level each time: the microphone's gain adds a constant to every band.
            shift = 1.5 * torch.randn(len(batch), 1, 1)
            loss = nn.functional.binary_cross_entropy_with_logits(model.logits(x[batch] + shift)[..., 0], y[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: loss {total / len(x):.4f}", flush=True)
    return model.eval()


def recording(random):
    """Two sentences with a fan behind them; where they are is printed."""
    count = 7 * speech.RATE
    frequency = np.fft.rfftfreq(count, 1 / speech.RATE)
    fan = np.fft.irfft(np.fft.rfft(random.standard_normal(count)) * np.exp(-((frequency - 300) / 400) ** 2), count)
    fan *= 1 + 0.3 * np.sin(2 * np.pi * 4 * np.arange(count) / speech.RATE)
    samples = 0.01 * fan / np.sqrt(np.mean(fan ** 2))
    for begin, sentence, voice in ((0.8, "Good morning, is anybody at home?", "slt"), (4.4, "Then I will come back later.", "rms")):
        spoken = speech.speak(sentence, voice, random)[:count - int(begin * speech.RATE)]
        at = int(begin * speech.RATE)
        samples[at:at + len(spoken)] += 0.3 * spoken
        loud = np.flatnonzero(speech.is_loud(spoken))
        print(f"speech from {begin + loud[0] / speech.RATE:.2f} to {begin + loud[-1] / speech.RATE:.2f} s")
    return samples


def main():
    torch.set_num_threads(1)
    torch.manual_seed(7)
    random = np.random.default_rng(7)
    spoken = speech.voices(random, 120)
    samples, speaks = scenes(random, spoken, SCENES)
    x = features(samples)
    model = train(x, frame_labels(speaks, x.shape[1]))
    samples, speaks = scenes(random, speech.voices(random, 24), 24)
    x = features(samples)
    with torch.no_grad():
        right = (model(torch.from_numpy(x))[..., 0] > 0.5) == (frame_labels(speaks, x.shape[1]) > 0.5)
    print(f"new scenes, other renderings: {right.float().mean():.3f} of the frames right")
    torch.onnx.export(model, torch.zeros(1, 16, BANDS), str(HERE / "voice.onnx"), opset_version=13, input_names=["bands"],
                      output_names=["speech"], dynamic_axes={"bands": {1: "time"}, "speech": {1: "time"}})
    speech.write_wav(HERE / "voice.wav", recording(np.random.default_rng(11)))


if __name__ == "__main__":
    sys.exit(main())
