"""Trains the policy that balances the robot and writes policy.onnx.

    python3 examples/robot-policy/train.py

Needs PyTorch and numpy. A teacher that sees the whole state (a linear-quadratic regulator) shows what to do; the policy sees
two noisy sensors and learns to do the same. The seed is fixed and one thread is used.
"""

import pathlib

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
RATE = 200
LENGTH, GRAVITY, MOST = 0.15, 9.81, 12.0      # of the pendulum in m, m/s2, and what the motors give in m/s2
NOISE = torch.tensor([0.01, 0.0005])          # of tilt (rad) and wheel position (m)
HISTORY = 4
UNITS = 32
ROBOTS, STEPS, ROUNDS = 64, 300, 36


def teacher():
    """Gains of the regulator for the state [position, speed, tilt, tilt rate]."""
    h = 1 / RATE
    a = np.eye(4)
    a[0, 1] = a[2, 3] = h
    a[3, 2] = h * GRAVITY / LENGTH
    b = np.array([[0], [h], [0], [-h / LENGTH]])
    q, r = np.diag([4.0, 1.0, 40.0, 0.5]), np.array([[0.05]])
    p = q
    for _ in range(3000):
        gain = np.linalg.solve(r + b.T @ p @ b, b.T @ p @ a)
        p = q + a.T @ p @ (a - b @ gain)
    return torch.tensor(gain[0], dtype=torch.float32)


def advance(state, action):
    """One step of 5 ms."""
    position, speed, tilt, rate = state.unbind(-1)
    action = action.clamp(-MOST, MOST)
    rate = rate + (GRAVITY * torch.sin(tilt) - action * torch.cos(tilt)) / LENGTH / RATE
    speed = speed + action / RATE
    return torch.stack([position + speed / RATE, speed, tilt + rate / RATE, rate], -1)


class Policy(nn.Module):
    """observation [1, 2] (tilt in rad, wheel position in m), reset [1, 1] (1 where an episode begins), history [1, 4, 2] and
    hidden [1, 1, 32] of the step before -> action [1, 1] in m/s2, and history and hidden for the next step."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(2 * (HISTORY + 1), UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 1)

    def sequence(self, observations, hidden=None):
        """For training: observations [batch, time, 2] -> actions [batch, time, 1]."""
        padded = nn.functional.pad(observations, (0, 0, HISTORY, 0))
        frames = torch.cat([padded[:, k:k + observations.shape[1]] for k in range(HISTORY + 1)], -1)
        given, hidden = self.gru(frames * 10, hidden)
        return MOST * torch.tanh(self.dense(given)), hidden

    def forward(self, observation, reset, history, hidden):
        keep = 1 - reset
        history = history * keep.unsqueeze(-1)
        frames = torch.cat([history, observation.unsqueeze(1)], 1)
        given, hidden = self.gru(frames.flatten(1).unsqueeze(1) * 10, hidden * keep.unsqueeze(0))
        return MOST * torch.tanh(self.dense(given[:, 0])), frames[:, 1:], hidden


def episodes(policy, gain, share):
    """Robots that follow the policy, but for a share of steps the teacher: what they saw, and what the teacher would have done."""
    state = torch.randn(ROBOTS, 4) * torch.tensor([0.1, 0.2, 0.1, 0.5])
    history, hidden = torch.zeros(ROBOTS, HISTORY, 2), torch.zeros(1, ROBOTS, UNITS)
    led = torch.rand(ROBOTS) < share
    seen, shown = [], []
    for step in range(STEPS):
        observation = state[:, [2, 0]] + NOISE * torch.randn(ROBOTS, 2)
        action, history, hidden = policy(observation, torch.zeros(ROBOTS, 1), history, hidden)
        right = (-(state @ gain)).clamp(-MOST, MOST)
        seen.append(observation)
        shown.append(right)
        state = advance(state, torch.where(led, right, action[:, 0]))
        if step % 100 == 50:     # somebody pushes
            state = state + torch.randn(ROBOTS, 1) * torch.tensor([0, 0.2, 0, 0.6])
        # One that fell over has nothing to teach any more.
        state = torch.where(state[:, 2:3].abs() > 0.8, torch.randn(ROBOTS, 4) * 0.05, state)
    return torch.stack(seen, 1), torch.stack(shown, 1)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(4)
    gain = teacher()
    policy = Policy()
    optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)
    pool = []
    for turn in range(ROUNDS):
        with torch.no_grad():
            pool = [*pool[-7:], episodes(policy, gain, max(0.0, 1 - turn / 10))]
        for pair in [pool[i] for i in torch.randint(len(pool), (10,))]:
            observations, actions = pair
            given, _ = policy.sequence(observations)
            loss = (given[:, 20:, 0] - actions[:, 20:]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
            optimizer.step()
        print(f"round {turn + 1}: {loss.item():.3f}", flush=True)
        if turn == 2 * ROUNDS // 3:
            optimizer.param_groups[0]["lr"] = 1e-3
    policy.eval()
    torch.onnx.export(policy, (torch.zeros(1, 2), torch.zeros(1, 1), torch.zeros(1, HISTORY, 2), torch.zeros(1, 1, UNITS)),
                      str(HERE / "policy.onnx"), opset_version=13, input_names=["observation", "reset", "history", "hidden"],
                      output_names=["action", "history_next", "hidden_next"])


if __name__ == "__main__":
    main()
