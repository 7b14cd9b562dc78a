using System.Buffers.Binary;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>Many values over time as a picture: a row a value, the first at the bottom, brighter for more.</summary>
internal static class HeatMap
{
    private const int MostColumns = 480, MostRows = 128;
    private const int HeaderBytes = 54, PaletteBytes = 4 * 256;

    /// <summary>Dark blue over green to yellow: each step looks as bright as it is large, also in grey.</summary>
    private static readonly (int Red, int Green, int Blue)[] Stops =
        [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    /// <summary>A picture as a data URI, and the values of its darkest and brightest colour.</summary>
    /// <param name="values">[ticks, length].</param>
    public static (string Uri, float Least, float Largest) Of(ReadOnlySpan<float> values, int length)
    {
        var ticks = values.Length / length;
        int columns = Math.Min(ticks, MostColumns), rows = Math.Min(length, MostRows);
        var cells = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                cells[row * columns + column] = Mean(values, length, Part(row, rows, length), Part(column, columns, ticks));
        }

        float least = cells.Min(), largest = cells.Max();
        var scale = largest > least ? 255 / (largest - least) : 0;
        var bitmap = Bitmap(cells, columns, rows, cell => (byte)((cell - least) * scale));
        return ($"data:image/bmp;base64,{Convert.ToBase64String(bitmap)}", least, largest);
    }

    private static (int From, int To) Part(int part, int parts, int all) =>
        ((int)((long)part * all / parts), (int)((long)(part + 1) * all / parts));

    private static float Mean(ReadOnlySpan<float> values, int length, (int From, int To) rows, (int From, int To) ticks)
    {
        double sum = 0;
        for (var tick = ticks.From; tick < ticks.To; tick++)
        {
            for (var row = rows.From; row < rows.To; row++)
                sum += values[tick * length + row];
        }

        return (float)(sum / ((rows.To - rows.From) * (ticks.To - ticks.From)));
    }

    /// <summary>A Windows bitmap of 8 bits a pixel with a palette; its rows go from the bottom up, each a multiple of four bytes.</summary>
    private static byte[] Bitmap(ReadOnlySpan<float> cells, int columns, int rows, Func<float, byte> colour)
    {
        var stride = (columns + 3) / 4 * 4;
        var bytes = new byte[HeaderBytes + PaletteBytes + stride * rows];
        bytes[0] = (byte)'B';
        bytes[1] = (byte)'M';
        Put(2, bytes.Length);
        Put(10, HeaderBytes + PaletteBytes);
        Put(14, HeaderBytes - 14);
        Put(18, columns);
        Put(22, rows);
        bytes[26] = 1;
        bytes[28] = 8;
        for (var i = 0; i < 256; i++)
            Palette(bytes.AsSpan(HeaderBytes + 4 * i, 3), i / 255.0 * (Stops.Length - 1));
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                bytes[HeaderBytes + PaletteBytes + row * stride + column] = colour(cells[row * columns + column]);
        }

        return bytes;

        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
    }

    private static void Palette(Span<byte> blueGreenRed, double position)
    {
        var stop = Math.Min((int)position, Stops.Length - 2);
        var (from, to, share) = (Stops[stop], Stops[stop + 1], position - stop);
        blueGreenRed[0] = Mixed(from.Blue, to.Blue);
        blueGreenRed[1] = Mixed(from.Green, to.Green);
        blueGreenRed[2] = Mixed(from.Red, to.Red);

        byte Mixed(int a, int b) => (byte)Math.Round(a + share * (b - a));
    }
}
