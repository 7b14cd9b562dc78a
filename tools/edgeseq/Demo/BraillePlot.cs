using System.Text;

namespace EdgeSeq.Tool.Demo;

/// <summary>Curves in a box of characters, each of which holds 2 × 4 dots. Where curves cross in a character, the later one gives the
/// colour.</summary>
internal sealed class BraillePlot(int columns, int rows, float low, float high)
{
    private const int DotsAcross = 2;
    private const int DotsDown = 4;
    private const char Blank = '\u2800';

    /// <summary>Bit of the dot at [down, across] in a braille character.</summary>
    private static readonly byte[] DotBits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    private readonly byte[] _dots = new byte[columns * rows];
    private readonly int[] _curve = new int[columns * rows];

    /// <summary>Samples that fit in the width.</summary>
    public int Width => columns * DotsAcross;

    /// <summary>Draws a curve whose last value stands at the right edge.</summary>
    public void Draw(ReadOnlySpan<float> values, int curve)
    {
        if (values.Length > Width)
            values = values[^Width..];
        var x = Width - values.Length;
        var previous = -1;
        foreach (var value in values)
        {
            var y = Level(value);
            var from = previous < 0 ? y : previous;
            for (var level = Math.Min(from, y); level <= Math.Max(from, y); level++)
                Set(x, level, curve);
            previous = y;
            x++;
        }
    }

    /// <summary>Appends one row of characters; a curve's colour is an escape sequence, empty for none.</summary>
    public void AppendRow(StringBuilder text, int row, IReadOnlyList<string> colors, string reset)
    {
        var current = "";
        for (var column = 0; column < columns; column++)
        {
            var cell = row * columns + column;
            var color = _dots[cell] == 0 ? current : colors[_curve[cell]];
            if (color != current)
                text.Append(color);
            current = color;
            text.Append((char)(Blank + _dots[cell]));
        }

        text.Append(current.Length > 0 ? reset : "");
    }

    /// <summary>Level of a value in dots from the top.</summary>
    private int Level(float value)
    {
        var most = rows * DotsDown - 1;
        return (int)Math.Clamp(MathF.Round((high - value) / (high - low) * most), 0, most);
    }

    private void Set(int x, int y, int curve)
    {
        var cell = y / DotsDown * columns + x / DotsAcross;
        _dots[cell] |= DotBits[y % DotsDown * DotsAcross + x % DotsAcross];
        _curve[cell] = curve;
    }
}
