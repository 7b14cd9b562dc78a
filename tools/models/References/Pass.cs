namespace EdgeSeq.Models.References;

/// <summary>A recording from the start, and what the model gives on it.</summary>
/// <param name="Inputs">All steps of each input, by its name; "" is the only input.</param>
/// <param name="Steps">Steps of the recording.</param>
/// <param name="Expected">What the outputs must be.</param>
internal sealed record Pass(IReadOnlyDictionary<string, float[]> Inputs, int Steps, IReadOnlyList<Expected> Expected)
{
    public static Pass Of(float[] input, int steps, params Expected[] expected) =>
        new(new Dictionary<string, float[]> { [""] = input }, steps, expected);
}
