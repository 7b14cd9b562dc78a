namespace EdgeSeq.Device.Sources;

/// <summary>How a file's shape reads as recordings: Recordings is null for one stream.</summary>
internal sealed record RecordingShape(long? Recordings, long Steps)
{
    /// <summary>Every way in which a file's shape reads as [T, S…] or [N, T, S…], with S the shape of one step; the usual one first: S
    /// exact, then with dimensions of 1 left out, then with more of them, as in the shape of a model's own calls.</summary>
    public static IReadOnlyList<RecordingShape> Readings(IReadOnlyList<long> file, IReadOnlyList<int> step)
    {
        long[] exact = [.. step.Select(dimension => (long)dimension)];
        var readings = new List<RecordingShape>();
        foreach (var form in (ReadOnlySpan<Func<long[], bool>>)[IsExact, IsShorter, _ => true])
        {
            if (Fits(1, form))
                readings.Add(new RecordingShape(null, file[0]));
            if (Fits(2, form))
                readings.Add(new RecordingShape(file[0], file[1]));
        }

        return [.. readings.Distinct()];

        bool Fits(int before, Func<long[], bool> form)
        {
            if (file.Count < before)
                return false;
            long[] rest = [.. file.Skip(before)];
            return rest.Where(dimension => dimension != 1).SequenceEqual(exact.Where(dimension => dimension != 1)) && form(rest);
        }

        bool IsExact(long[] rest) => rest.SequenceEqual(exact);

        bool IsShorter(long[] rest) => rest.Length <= step.Count;
    }

    /// <summary>The same for a program that takes several elements at once; a file may have them so: [T, chunk, S…].</summary>
    public static IReadOnlyList<RecordingShape> Readings(IReadOnlyList<long> file, IReadOnlyList<int> element, int chunk) =>
        chunk > 1 && Readings(file, [chunk, .. element]) is [_, ..] whole
            ? [.. whole.Select(each => each with { Steps = each.Steps * chunk })]
            : Readings(file, element);

    /// <summary>In words, for messages.</summary>
    public override string ToString() => Recordings is { } recordings ? $"{recordings} recordings of {Steps} steps each"
        : $"one recording of {Steps} steps";
}
