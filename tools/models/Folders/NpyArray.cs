using EdgeSeq.Device.Files;

namespace EdgeSeq.Models.Folders;

/// <summary>A whole .npy file as numbers.</summary>
internal sealed record NpyArray(float[] Values, int[] Shape)
{
    public int Rows => Shape[0];

    public int RowLength => Values.Length / Math.Max(1, Rows);

    public static NpyArray Read(string path)
    {
        using var reader = NpyReader.Open(path);
        int[] shape = [.. reader.Header.Shape.Select(dim => (int)dim)];
        var values = new float[shape.Aggregate(1, (product, dim) => product * dim)];
        reader.Read(values);
        return new NpyArray(values, shape);
    }

    public float[] Row(int row) => Values[(row * RowLength)..((row + 1) * RowLength)];

    /// <summary>Rows with the axis first along which a row has so many values an element; null where none has.</summary>
    public NpyArray? WithRowsAlong(int length)
    {
        var axis = Enumerable.Range(1, Shape.Length - 1).Where(each => RowLength / Shape[each] == length).Cast<int?>().FirstOrDefault();
        return axis is int time ? Ordered(0, time) : null;
    }

    /// <summary>The same with axis <paramref name="first"/> before axis <paramref name="second"/> before all others.</summary>
    public NpyArray Ordered(int first, int second)
    {
        int[] order = [first, second, .. Enumerable.Range(0, Shape.Length).Where(axis => axis != first && axis != second)];
        int[] shape = [.. order.Select(axis => Shape[axis])];
        var values = new float[Values.Length];
        var index = new int[shape.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var at = 0;
            for (var axis = 0; axis < Shape.Length; axis++)
                at = at * Shape[axis] + index[Array.IndexOf(order, axis)];
            values[i] = Values[at];
            for (var axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                index[axis] = 0;
        }

        return new NpyArray(values, shape);
    }
}
