using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>Whether a program can go on in another's place: source and sinks were opened for that one's inputs and outputs.</summary>
internal static class ProgramFit
{
    /// <summary>What differs, in words; null where nothing does that source or sinks know.</summary>
    public static string? Difference(Model current, Model next)
    {
        if (current.Inputs.Count != next.Inputs.Count || current.Outputs.Count != next.Outputs.Count)
            return $"it has {next.Inputs.Count} inputs and {next.Outputs.Count} outputs, not {current.Inputs.Count} and {current.Outputs.Count}";
        if (current.Program.RateHz != next.Program.RateHz)
            return FormattableString.Invariant($"it is made for {next.Program.RateHz} steps a second, not {current.Program.RateHz}");
        for (var i = 0; i < current.Inputs.Count; i++)
        {
            if (!IsSame(current.Inputs[i], next.Inputs[i]))
                return $"its input '{next.Inputs[i].Name}' differs from '{current.Inputs[i].Name}' in name, type, shape, channels or unit";
        }

        for (var i = 0; i < current.Outputs.Count; i++)
        {
            if (!IsSame(current.Outputs[i], next.Outputs[i]))
                return $"its output '{next.Outputs[i].Name}' differs from '{current.Outputs[i].Name}' in name, type, shape, labels or rate";
        }

        return HasSameText(current, next) ? null : "it has another vocabulary";
    }

    private static bool IsSame(InputInfo one, InputInfo other) =>
        one.Name == other.Name && one.Type == other.Type && one.Unit == other.Unit && one.Shape.SequenceEqual(other.Shape)
        && IsSame(one.Channels, other.Channels);

    private static bool IsSame(OutputInfo one, OutputInfo other) =>
        one.Name == other.Name && one.Type == other.Type && one.Rate == other.Rate && one.Kind == other.Kind
        && one.Shape.SequenceEqual(other.Shape) && IsSame(one.Labels, other.Labels);

    private static bool IsSame(IReadOnlyList<string>? one, IReadOnlyList<string>? other) => (one ?? []).SequenceEqual(other ?? []);

    private static bool HasSameText(Model one, Model other) => (one.Program.Text, other.Program.Text) switch
    {
        (null, null) => true,
        ({ } text, { } otherText) => text.Rule == otherText.Rule && text.MaxTokens == otherText.MaxTokens
            && one.Tensor(text.VocabTensor).SequenceEqual(other.Tensor(otherText.VocabTensor)),
        _ => false,
    };
}
