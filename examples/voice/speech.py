"""Speech and noise of our own to train on, 8 kHz: sentences spoken by the synthesisers espeak-ng and flite, and computed noises.

Needs numpy and the programs espeak-ng and flite (apt install espeak-ng flite).
"""

import io
import pathlib
import subprocess
import tempfile
import wave

import numpy as np

RATE = 8000
SENTENCES = """The kettle is on the small table next to the window.
Please turn the heating down before you leave the house.
A train to the coast departs from platform seven at noon.
Nobody expected the storm to last for three whole days.
She wrote the address on a yellow piece of paper.
How many people will be sitting at our table tonight?
Two engineers walked along the river and talked about music.
The old clock in the hall is always five minutes late.
I would like a cup of tea with a little milk.
Open the valve slowly and wait until the pressure falls.
Our neighbours have painted their front door bright green.
Every morning he reads the news and feeds the birds.
The bridge was closed because of heavy wind and ice.
Could you tell me where the nearest chemist is?
Keep the batteries in a dry and cool place.
They missed the last bus and had to walk home.
A quiet voice answered from the other end of the line.
Measure twice, write it down, and cut only once.
The harvest was better than in all the years before.
We should meet again on Thursday at a quarter past four.
Fresh bread and cheese is all I need for lunch.
The motor stopped when the temperature went above eighty degrees.
My sister plays the violin in a small orchestra.
Lights in the corridor go out after thirty seconds.
It is easier to learn a language when you are young.
Somebody left a blue umbrella under the chair.
The report shows how the figures changed over time.
Yes, that is right, and no, I have not seen it.
Zero, one, two, three, four, five, six, seven, eight, nine.
Hot water comes from the roof when the sun is shining.
He laughed, shook his head and closed the book.
Check the oil, check the tyres, and off we go.""".splitlines()
ESPEAK = [f"{language}+{variant}" for language in ("en-us", "en-gb", "en-gb-scotland")
          for variant in ("m1", "m3", "m5", "m7", "f1", "f2", "f4", "croak")]
FLITE = ["kal", "awb", "rms", "slt"]


def speak(sentence, voice, random):
    """One sentence as float samples at 8 kHz, its loudest sample at 1."""
    if voice in FLITE:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            stretch = random.uniform(0.85, 1.2)
            subprocess.run(["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}", "-t", sentence, "-o", file.name],
                           check=True)
            data = pathlib.Path(file.name).read_bytes()
    else:
        data = subprocess.run(["espeak-ng", "-v", voice, "-s", str(random.integers(130, 200)), "-p", str(random.integers(25, 75)),
                               "--stdout", sentence], check=True, capture_output=True).stdout
    rate, samples = read_wav(data)
    samples = resample(samples, rate)
    return samples / np.abs(samples).max()


def read_wav(data):
    with wave.open(io.BytesIO(data)) as file:
        rate = file.getframerate()
        # A synthesiser that writes to a pipe does not know the length.
        return rate, np.frombuffer(data[44:len(data) // 2 * 2], "<i2").astype(np.float64) / 32768


def resample(samples, rate):
    """To 8 kHz, by the spectrum of the whole recording."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[:count // 2 + 1]
    return np.fft.irfft(np.pad(spectrum, (0, max(0, count // 2 + 1 - len(spectrum)))), count) * count / len(samples)


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1 - 1 / 32768) * 32768).round().astype("<i2").tobytes())


def voices(random, count):
    """Spoken sentences, each by a voice drawn anew."""
    everyone = ESPEAK + FLITE * 3
    return [speak(SENTENCES[i % len(SENTENCES)], everyone[random.integers(len(everyone))], random) for i in range(count)]


def noise(random, count):
    """One of several noises, its root mean square at 1."""
    kind = random.integers(6)
    time = np.arange(count) / RATE
    white = random.standard_normal(count)
    if kind <= 2:      # white, pink, brown
        frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20)
        samples = np.fft.irfft(np.fft.rfft(white) * frequency ** (-kind / 2), count)
    elif kind == 3:    # a fan: a band of noise whose strength turns
        frequency = np.fft.rfftfreq(count, 1 / RATE)
        middle, width = random.uniform(200, 1500), random.uniform(200, 1000)
        samples = np.fft.irfft(np.fft.rfft(white) * np.exp(-((frequency - middle) / width) ** 2), count)
        samples *= 1 + 0.4 * np.sin(2 * np.pi * random.uniform(2, 12) * time)
    elif kind == 4:    # mains hum over a hiss
        samples = sum(random.uniform(0, 1) / k * np.sin(2 * np.pi * 50 * k * time + random.uniform(0, 6)) for k in range(1, 12))
        samples += 0.1 * white
    else:              # tones that change, as a machine or an instrument gives them
        samples = 0.05 * white
        begin = 0
        while begin < count:
            end = min(count, begin + int(random.uniform(0.1, 0.8) * RATE))
            base = random.uniform(150, 1800)
            for k in range(1, random.integers(2, 6)):
                samples[begin:end] += np.sin(2 * np.pi * base * k * time[begin:end]) / k * np.exp(-2 * (time[begin:end] - time[begin]))
            begin = end
    return samples / np.sqrt(np.mean(samples ** 2))


def scene(random, spoken, seconds):
    """Speech with pauses: samples with a level of its own, and whether somebody speaks, sample by sample."""
    count = int(seconds * RATE)
    clean, speaks = np.zeros(count), np.zeros(count, bool)
    at = int(random.uniform(0, 1.5) * RATE)
    while at < count:
        voice = spoken[random.integers(len(spoken))]
        part = voice[:count - at]
        clean[at:at + len(part)] = part
        speaks[at:at + len(part)] = is_loud(voice)[:len(part)]
        at += len(voice) + int(random.uniform(0.3, 2) * RATE)
    level = 10 ** (random.uniform(-26, -3) / 20)
    return clean * level, speaks


def is_loud(voice):
    """Where a clean recording is within 35 dB of its loudest 25 ms, and 100 ms around that."""
    frame = RATE // 40
    power = np.convolve(voice ** 2, np.ones(frame) / frame, "same")
    loud = power > power.max() * 10 ** -3.5
    return np.convolve(loud, np.ones(2 * RATE // 20), "same") > 0


def mixed(random, clean, least_db, most_db):
    """Clean speech with a noise so many decibels below it."""
    level = np.sqrt(np.mean(clean[clean != 0] ** 2)) if np.any(clean) else 0.1
    return clean + noise(random, len(clean)) * level * 10 ** (-random.uniform(least_db, most_db) / 20)
