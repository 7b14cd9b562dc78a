#!/usr/bin/env bash
# Makes the pictures of the documentation, docs/images: the demo in a terminal, a verification report in a browser, a program's graph.
# Needs tmux, aha, graphviz, chromium and fonts-dejavu-core, and the built tools (dotnet build -c Release).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

images=docs/images
work=$(mktemp -d)
trap 'tmux -L edgeseq-pictures kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir -p "$images"

edgeseq() { dotnet tools/edgeseq/bin/Release/net10.0/edgeseq.dll "$@"; }
convert() { dotnet tools/edgeseq-convert/bin/Release/net10.0/edgeseq-convert.dll "$@"; }
# browse PAGE PICTURE WIDTH HEIGHT
browse() {
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
        --window-size="$3,$4" --screenshot="$PWD/$2" "file://$1" 2>/dev/null
}

# The demo, fourteen seconds after its start, as a terminal of 100 × 26 shows it.
tmux -L edgeseq-pictures new-session -d -x 100 -y 26 \
    "TERM=xterm-256color dotnet tools/edgeseq/bin/Release/net10.0/edgeseq.dll demo --seconds 60"
sleep 14
tmux -L edgeseq-pictures capture-pane -e -p > "$work/demo.txt"
tmux -L edgeseq-pictures kill-server
{
    printf '<!DOCTYPE html><meta charset="utf-8"><body style="background:#14171c;color:#e3e7ed;margin:14px">'
    printf '<pre style="font:15px/1.25 DejaVu Sans Mono,monospace;margin:0">'
    aha --black --no-header < "$work/demo.txt"
} > "$work/demo.html"
browse "$work/demo.html" "$images/demo.png" 1040 530

# The report of the bundled model on somebody who walks and stands in turns.
python3 - "$work/x.csv" <<'PY'
import math, random, sys
random.seed(1)
with open(sys.argv[1], "w") as file:
    file.write("acc_x,acc_y,acc_z,gyro_x,gyro_y,gyro_z\n")
    for i in range(2000):
        walks = i % 1000 < 500
        swing = 0.35 * math.sin(2 * math.pi * 1.9 * i / 50) if walks else 0
        row = [0.95 + swing, -0.2 + 0.4 * swing, 0.1, 0.8 * swing, 0.3 * swing, -0.4 * swing]
        file.write(",".join(f"{value + random.gauss(0, 0.02):.4f}" for value in row) + "\n")
PY
convert verify models/activity/activity.onnx models/activity/activity.eseq --data "csv:$work/x.csv" --max-loss 0.01 \
    --report "$work/report.html" > /dev/null
browse "$work/report.html" "$images/report.png" 860 700

# A program's graph.
edgeseq inspect examples/anomaly/anomaly.eseq --graph dot | dot -Tpng -Gdpi=80 -o "$images/graph.png"
ls -l "$images"
