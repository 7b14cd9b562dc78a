using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Replay;

/// <summary>
/// The classes that recordings really have. A file of as many labels as there are recordings scores the last output of each recording;
/// one of as many labels as there are steps scores every output with the label of its step. Labels are class indices from 0, or from 1
/// where the largest equals the number of classes and none is 0.
/// </summary>
internal sealed class LabelSet
{
    private readonly string _path;
    private readonly long[] _labels;

    private LabelSet(string path, long[] labels, bool perStep)
    {
        _path = path;
        _labels = labels;
        PerStep = perStep;
    }

    private bool PerStep { get; }

    /// <exception cref="EdgeSeqException">ES0301, ES0302: no such file; ES0303: it does not fit the recordings.</exception>
    public static LabelSet Read(string path, Extent extent)
    {
        var (recordings, steps, _) = extent;
        using var reader = NpyReader.Open(path);
        if (reader.Header.IsFloat)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingUnsupported, $"{path} holds floats, labels are whole numbers",
                "save y.astype('<i8')");
        }

        var count = reader.Header.Shape.Aggregate(1L, (product, dim) => product * dim);
        if (count != recordings && count != steps)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingShape,
                $"{path} has {count} labels for {recordings} recordings of {steps} steps in all",
                    "give one label for each recording or for each step");
        }

        var labels = new long[count];
        reader.Read(labels);
        return new LabelSet(path, labels, perStep: count != recordings);
    }

    /// <summary>The class that scores an output: that of its step, or that of its recording if it is the last one; null for none.</summary>
    /// <param name="step">Among the steps of all recordings.</param>
    /// <exception cref="EdgeSeqException">ES0303: there is no such class.</exception>
    public int? Score(int recording, long step, bool last, int classes) =>
        PerStep ? Class(step, classes) : last ? Class(recording, classes) : null;

    /// <param name="at">Index of the recording, or of the step among all steps.</param>
    /// <param name="classes">How many there are.</param>
    /// <exception cref="EdgeSeqException">ES0303: there is no such class.</exception>
    public int Class(long at, int classes)
    {
        long first = _labels.Max() == classes && _labels.Min() > 0 ? 1 : 0;
        var index = _labels[at] - first;
        return index >= 0 && index < classes
            ? (int)index
            : throw new EdgeSeqException(ErrorCodes.RecordingShape,
            $"{_path}: label {_labels[at]} is none of the model's {classes} classes");
    }
}
