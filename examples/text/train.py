"""Trains the text model and writes text.onnx and vocab.json.

    python3 examples/text/train.py

Needs PyTorch and numpy. Sentences come from the patterns below; the seed is fixed and one thread is used.
"""

import json
import pathlib
import random

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
LABELS = ["light-on", "light-off", "warmer", "cooler", "music", "silence", "other"]
WIDTH, UNITS = 16, 32
EPOCHS = 12

ROOM = "kitchen,bathroom,bedroom,hall,garage,garden,office,living room,cellar,nursery".split(",")
LAMP = "light,lights,lamp,lamps,ceiling light,desk lamp,reading lamp".split(",")
POLITE = "please ,could you ,can you ,would you ,i want you to ,,,,hey house ,ok house ".split(",")
AFTER = ", please, now, for me, again, right now, in the {room}, in the {room} please,,,".split(",")
PATTERNS = {
    "light-on": ["turn on the {lamp}", "turn the {lamp} on", "switch on the {lamp}", "switch the {lamp} on", "it is too dark here",
                 "it is so dark in the {room}", "make it brighter", "i cannot see anything", "give me some light", "light up the {room}",
                 "i need more light"],
    "light-off": ["turn off the {lamp}", "turn the {lamp} off", "switch off the {lamp}", "switch the {lamp} off", "it is too bright here",
                  "it is so bright in the {room}", "make it darker", "lights out", "put out the {lamp}", "nobody needs the {lamp}",
                  "no more light"],
    "warmer": ["turn up the heating", "turn the heating up", "turn on the heating", "it is too cold here", "i am freezing",
               "it is freezing in the {room}", "make it warmer", "my feet are cold", "heat the {room}", "more heat"],
    "cooler": ["turn down the heating", "turn the heating down", "turn off the heating", "it is too hot here", "i am sweating",
               "it is boiling in the {room}", "make it cooler", "open the window", "cool the {room}", "less heat",
               "let some fresh air in"],
    "music": ["play some music", "play my favourite song", "turn on the radio", "turn the radio on", "i want to dance",
              "put on some jazz", "play something quiet", "play that song again", "let me hear the news", "start the music"],
    "silence": ["stop the music", "turn off the radio", "turn the radio off", "be quiet", "that is too loud", "no more music",
                "silence", "i want to sleep", "pause the song", "i cannot hear myself think"],
    "other": ["what time is it", "how are you", "who is at the door", "where are my keys", "the {room} is nice", "i like the {lamp}",
              "when does the bus leave", "tell me a story", "the song is nice", "the radio is old", "we have a new heating",
              "did you feed the cat", "my sister is in the {room}", "what is for lunch", "the window is dirty"],
}


class Intent(nn.Module):
    """words [batch, time], ids -> probability of each class after each word [batch, time, 7]."""

    def __init__(self, words):
        super().__init__()
        self.embedding = nn.Embedding(words, WIDTH)
        self.gru = nn.GRU(WIDTH, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, len(LABELS))

    def logits(self, words):
        return self.dense(self.gru(self.embedding(words))[0])

    def forward(self, words):
        return torch.softmax(self.logits(words), dim=-1)


def sentence(source, label):
    pattern = source.choice(PATTERNS[label])
    before = source.choice(POLITE) if pattern.split()[0] in ("turn", "switch", "make", "play", "give", "heat", "cool", "open", "stop") else ""
    text = (before + pattern + source.choice(AFTER)).format(lamp=source.choice(LAMP), room=source.choice(ROOM))
    return text.split()


def sentences(source, count):
    """As many of each class, padded at the end: words and labels; a word in forty is one that nobody knows."""
    texts, labels = [], []
    for label in range(len(LABELS)):
        for _ in range(count):
            texts.append([word if source.random() > 0.025 else "<unk>" for word in sentence(source, LABELS[label])])
            labels.append(label)
    return texts, np.array(labels)


def encode(texts, ids):
    longest = max(len(text) for text in texts)
    return torch.tensor([[ids[word] for word in text] + [0] * (longest - len(text)) for text in texts])


def train(words, labels, count):
    model = Intent(count)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(len(words)).split(64):
            logits = model.logits(words[batch])
            steps = torch.arange(words.shape[1])
            lengths = (words[batch] > 0).sum(1, keepdim=True)
            # The last word counts most; those before it teach the model to decide early.
            weight = torch.where(steps == lengths - 1, 1.0, torch.where(steps < lengths, 0.1, 0.0))
            target = labels[batch][:, None].expand(-1, words.shape[1])
            loss = (nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="none") * weight.flatten()).sum()
            loss = loss / len(batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: loss {total / len(words):.4f}", flush=True)
    return model.eval()


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    source = random.Random(1)
    texts, labels = sentences(source, 600)
    vocabulary = ["<pad>", "<unk>", *sorted({word for text in texts for word in text} - {"<unk>"})]
    ids = {word: i for i, word in enumerate(vocabulary)}
    model = train(encode(texts, ids), torch.from_numpy(labels), len(vocabulary))
    texts, labels = sentences(source, 100)
    words = encode([[word if word in ids else "<unk>" for word in text] for text in texts], ids)
    with torch.no_grad():
        last = model(words)[torch.arange(len(words)), (words > 0).sum(1) - 1].argmax(-1)
    print(f"{len(vocabulary)} words; other draws of the patterns: {(last.numpy() == labels).mean():.3f} right at the last word")
    torch.onnx.export(model, torch.zeros(1, 8, dtype=torch.int64), str(HERE / "text.onnx"), opset_version=13, input_names=["words"],
                      output_names=["intent"], dynamic_axes={"words": {1: "time"}, "intent": {1: "time"}})
    (HERE / "vocab.json").write_text(json.dumps({"vocab": vocabulary, "unk": 1, "pad": 0}, indent=0) + "\n")


if __name__ == "__main__":
    main()
