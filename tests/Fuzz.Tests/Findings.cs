namespace EdgeSeq.Fuzz.Tests;

/// <summary>What a sweep found. Findings of one cause count once: the first place of the code that the stack names.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, string> _byPlace = [];

    /// <param name="finding">A stack, or a sentence.</param>
    /// <param name="keep">Keeps the mutant and names its file.</param>
    public void Add(string mutant, string finding, Func<string> keep)
    {
        var place = finding.Split('\n').FirstOrDefault(line => line.Contains("at EdgeSeq.", StringComparison.Ordinal)) ?? finding;
        if (!_byPlace.ContainsKey(place))
            _byPlace[place] = $"{mutant}, kept as {keep()}: {finding}";
    }

    public void AssertNone() => Assert.True(_byPlace.Count == 0, string.Join("\n\n", _byPlace.Values));
}
