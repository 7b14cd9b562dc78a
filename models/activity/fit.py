"""Fits the statistics from which the simulated activities are generated and writes them as a C# table.

    python3 fit.py [--data ../../../shared/data] [--out ../../src/Device/Simulation/Motion/ActivityTable.cs]

Needs numpy. For each activity, over the training windows of six channels (total acceleration in g, angular rate in rad/s):
  gravity   mean of the acceleration and how far single windows lie from it
  cadence   strides a second (two steps each), mean and spread; 0 for activities at rest
  harmonics amplitude and phase of each channel at 1..8 times the stride rate: windows are shifted in phase onto
            a common template, amplitudes are means of the windows' amplitudes, phases those of the mean
  noise     what the harmonics leave over: standard deviation and correlation from one sample to the next
"""

import argparse
import pathlib

import numpy as np

RATE_HZ = 50.0
CHANNELS = [0, 1, 2, 6, 7, 8]
HARMONICS = 8
ACTIVITIES = ["Walking", "StairsUp", "StairsDown", "Sitting", "Standing", "Lying"]
MOVING = 3  # the first three activities have a cadence
STRIDE_HZ = np.arange(0.60, 1.25, 0.01)


def basis(stride_hz, length):
    phase = 2 * np.pi * stride_hz * np.arange(length)[:, None] / RATE_HZ * np.arange(1, HARMONICS + 1)
    return np.concatenate([np.ones((length, 1)), np.cos(phase), np.sin(phase)], axis=1)


def strides(windows):
    """Best stride rate of each window, its harmonics [windows, channels, HARMONICS] (x = Re sum c_k exp(i k w t)) and what is left over."""
    scale = windows.std(axis=1).mean(axis=0)
    best = np.full(len(windows), np.inf)
    rate, harmonics, rest = np.zeros(len(windows)), None, np.zeros_like(windows)
    for stride_hz in STRIDE_HZ:
        design = basis(stride_hz, windows.shape[1])
        solved = np.einsum("pt,wtc->wpc", np.linalg.pinv(design), windows)
        left = windows - np.einsum("tp,wpc->wtc", design, solved)
        error = ((left / scale) ** 2).mean(axis=(1, 2))
        found = (solved[:, 1:HARMONICS + 1] - 1j * solved[:, HARMONICS + 1:]).transpose(0, 2, 1)
        harmonics = found.copy() if harmonics is None else harmonics
        better = error < best
        best[better], rate[better], rest[better], harmonics[better] = error[better], stride_hz, left[better], found[better]
    regular = best <= np.median(best)
    return rate[regular], harmonics[regular], rest[regular]


def template(harmonics):
    """Amplitudes and phases after every window was turned onto the common template."""
    weight = 1 / np.abs(harmonics).mean(axis=(0, 2), keepdims=True)
    turns = np.exp(1j * np.arange(1, HARMONICS + 1) * np.linspace(0, 2 * np.pi, 128, endpoint=False)[:, None])
    common = harmonics[np.argsort(np.abs(harmonics * weight).sum(axis=(1, 2)))[len(harmonics) // 2]]
    for _ in range(20):
        match = np.einsum("wck,tk,ck->wt", harmonics * weight ** 2, turns, common.conj()).real
        turned = harmonics * turns[match.argmax(axis=1)][:, None, :]
        common = turned.mean(axis=0)
    return np.abs(harmonics).mean(axis=0), np.angle(common)


def noise(rest):
    """Standard deviation and lag-1 correlation of each channel."""
    rest = rest - rest.mean(axis=1, keepdims=True)
    correlation = (rest[:, 1:] * rest[:, :-1]).mean(axis=(0, 1)) / (rest ** 2).mean(axis=(0, 1))
    return np.median(rest.std(axis=1), axis=0), correlation


def gravity(windows):
    """Median direction, as a vector of 1 g, and the spread of the windows' directions round it."""
    direction = windows[:, :, :3].mean(axis=1)
    middle = np.median(direction, axis=0)
    spread = 1.4826 * np.median(np.abs(direction - middle), axis=0)
    return middle / np.linalg.norm(middle), spread


def numbers(values):
    return "[" + ", ".join(f"{value:.4g}f" for value in np.ravel(values)) + "]"


def entry(name, windows, moving):
    middle, spread = gravity(windows)
    rate, amplitude, phase, rest = np.zeros(1), np.zeros((0, 0)), np.zeros((0, 0)), windows
    if moving:
        rate, harmonics, rest = strides(windows)
        amplitude, phase = template(harmonics)
    deviation, correlation = noise(rest)
    return f"""
    public static ActivityStatistics {name} {{ get; }} = new()
    {{
        Gravity = {numbers(middle)},
        GravitySpread = {numbers(spread)},
        StrideHz = {rate.mean():.4g}f,
        StrideHzSpread = {rate.std():.4g}f,
        Amplitude = {numbers(amplitude)},
        Phase = {numbers(phase)},
        NoiseDeviation = {numbers(deviation)},
        NoiseCorrelation = {numbers(correlation)},
    }};
"""


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, default=here / "../../../shared/data")
    parser.add_argument("--out", type=pathlib.Path, default=here / "../../src/Device/Simulation/Motion/ActivityTable.cs")
    arguments = parser.parse_args()
    x = np.load(arguments.data / "har_train_x.npy")[:, :, CHANNELS].astype(np.float64)
    y = np.load(arguments.data / "har_train_y.npy")
    entries = [entry(name, x[y == i + 1], i < MOVING) for i, name in enumerate(ACTIVITIES)]
    arguments.out.write_text(f"""namespace EdgeSeq.Device.Simulation.Motion;

/// <summary>Written by models/activity/fit.py from recordings at {RATE_HZ:g} Hz; change that script, not this file.</summary>
internal static class ActivityTable
{{
    public const int Harmonics = {HARMONICS};
{"".join(entries).rstrip()}
}}
""")


if __name__ == "__main__":
    main()
