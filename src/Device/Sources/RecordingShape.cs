namespace EdgeSeq.Device.Sources;

/// <summary>How a file's shape reads as recordings: Recordings is null for one stream.</summary>
internal sealed record RecordingShape(long? Recordings, long Steps)
{
    /// <summary>Matches a file's shape with the shape S of one step: [T, S…] first, then [N, T, S…], with S exact first,
    /// then with its dimensions of 1 left out. Null where none fits.</summary>
    public static RecordingShape? Match(IReadOnlyList<long> file, IReadOnlyList<int> step)
    {
        int[] exact = [.. step];
        int[] squeezed = [.. step.Where(dimension => dimension != 1)];
        return One(file, exact) ?? Many(file, exact) ?? One(file, squeezed) ?? Many(file, squeezed);
    }

    private static RecordingShape? One(IReadOnlyList<long> file, int[] step) =>
        EndsWith(file, step, 1) ? new RecordingShape(null, file[0]) : null;

    private static RecordingShape? Many(IReadOnlyList<long> file, int[] step) =>
        EndsWith(file, step, 2) ? new RecordingShape(file[0], file[1]) : null;

    private static bool EndsWith(IReadOnlyList<long> file, int[] step, int before) =>
        file.Count == before + step.Length && step.Select(dimension => (long)dimension).SequenceEqual(file.Skip(before));
}
