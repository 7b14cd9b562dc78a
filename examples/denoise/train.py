"""Trains the noise remover and writes denoise.onnx, and the recording that the example runs on, noisy.wav.

    python3 examples/denoise/train.py

Needs PyTorch, numpy, espeak-ng and flite. The seed is fixed and one thread is used.
"""

import pathlib
import sys

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "../voice"))
import speech  # noqa: E402: speech and noises are those of examples/voice

SIZE, HOP = 256, 64
BINS = SIZE // 2 + 1
UNITS = 48
SCENES, SECONDS = 160, 3
EPOCHS = 18


class Mask(nn.Module):
    """magnitude [batch, time, 129] of frames of 256 samples -> what of each bin is speech [batch, time, 129]."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("scale", torch.tensor(1 / std))
        self.inner = nn.Linear(BINS, UNITS)
        self.gru = nn.GRU(UNITS, UNITS, batch_first=True)
        self.outer = nn.Linear(UNITS, BINS)

    def forward(self, magnitude):
        x = (torch.log(torch.relu(magnitude) + 1e-3) - self.mean) * self.scale
        return torch.sigmoid(self.outer(self.gru(torch.relu(self.inner(x)))[0]))


def magnitudes(samples):
    spectrum = torch.stft(torch.from_numpy(samples.astype(np.float32)), SIZE, HOP, window=torch.hann_window(SIZE), center=False,
                          return_complex=True)
    return spectrum.abs().transpose(1, 2).contiguous()


def pairs(random, spoken, count):
    clean, noisy = [], []
    for _ in range(count):
        speech_alone, _ = speech.scene(random, spoken, SECONDS)
        clean.append(speech_alone)
        noisy.append(speech.mixed(random, speech_alone, -3, 20))
    return magnitudes(np.stack(clean)), magnitudes(np.stack(noisy))


def loss_of(mask, noisy, clean):
    """Squared difference of magnitudes, compressed as hearing does."""
    return ((mask * noisy + 1e-4) ** 0.3 - (clean + 1e-4) ** 0.3).square().mean()


def train(clean, noisy):
    logarithms = torch.log(noisy + 1e-3)
    model = Mask(logarithms.mean((0, 1)).numpy(), logarithms.std((0, 1)).numpy())
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=EPOCHS * -(-len(clean) // 16))
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(len(clean)).split(16):
            gain = 10 ** (0.3 * torch.randn(len(batch), 1, 1))
            loss = loss_of(model(noisy[batch] * gain), noisy[batch] * gain, clean[batch] * gain)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: loss {total / len(clean):.5f}", flush=True)
    return model.eval()


def recording(random):
    """A sentence 5 dB above a noise of random bands that starts before it; the clean one is kept to measure by."""
    spoken = speech.speak("Check the oil, and tell me when the motor stops.", "slt", random)
    clean = np.zeros(4 * speech.RATE)
    clean[4000:4000 + len(spoken)] = 0.4 * spoken[:len(clean) - 4000]
    noise = np.fft.irfft(np.fft.rfft(random.standard_normal(len(clean))) * np.maximum(np.fft.rfftfreq(len(clean)), 0.01) ** -0.5)
    noise /= np.sqrt(np.mean(noise ** 2))
    return clean, clean + noise * np.sqrt(np.mean(clean[4000:4000 + len(spoken)] ** 2)) * 10 ** (-5 / 20)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(3)
    random = np.random.default_rng(3)
    model = train(*pairs(random, speech.voices(random, 120), SCENES))
    clean, noisy = pairs(random, speech.voices(random, 24), 24)
    with torch.no_grad():
        print(f"new scenes: loss {loss_of(torch.ones_like(noisy), noisy, clean):.5f} before, {loss_of(model(noisy), noisy, clean):.5f} after")
    torch.onnx.export(model, torch.zeros(1, 16, BINS), str(HERE / "denoise.onnx"), opset_version=13, input_names=["magnitude"],
                      output_names=["mask"], dynamic_axes={"magnitude": {1: "time"}, "mask": {1: "time"}})
    clean, noisy = recording(random)
    speech.write_wav(HERE / "noisy.wav", noisy)
    speech.write_wav(HERE / "clean.wav", clean)


if __name__ == "__main__":
    sys.exit(main())
