"""Watches a recording of a motion sensor: prints what the model sees whenever that changes.

    watch.py PROGRAM.eseq RECORDING.csv
"""

import sys

import numpy

import edgeseq


def main(program, path):
    recording = numpy.loadtxt(path, dtype=numpy.float32, delimiter=",", skiprows=1)
    with edgeseq.Model(program) as model, model.session() as session:
        labels = model.outputs[0].labels
        shown = None
        for sample in recording:
            if not session.step(sample):
                continue
            scores = session.output()
            top = int(scores.argmax())
            if top != shown:
                print(f"step {session.steps}: {labels[top]} {scores[top]:.2f}")
            shown = top


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, edgeseq.EdgeSeqError) as error:
        sys.exit(str(error))
