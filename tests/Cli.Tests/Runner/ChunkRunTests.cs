using System.Globalization;
using System.Text;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>A program of several elements a step gives the rows and events of the one of single steps, wherever its input comes from, also
/// where a recording ends inside a step.</summary>
public sealed class ChunkRunTests : IDisposable
{
    private const int Channels = 9, Rows = 37, Chunk = 8;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("har_gru", "")]
    [InlineData("har_gru", "--no-flush")]
    [InlineData("har_gru", "--steps 21")]
    [InlineData("har_cnn_lstm", "")]
    [InlineData("har_cnn_lstm", "--no-flush")]
    public void Rows_of_a_table_are_those_of_single_steps(string model, string options)
    {
        var (single, chunked) = Converted(model);
        var source = $"csv:{_folder.Write("x.csv", Csv(Channels))}";
        var expected = Lines(single, source, options);
        Assert.InRange(expected.Length, 11, 1 + Rows);
        Assert.Equal(Values(expected), Values(Lines(chunked, source, options)));
    }

    [Fact]
    public void Rows_keep_their_numbers()
    {
        var (single, chunked) = Converted("har_gru");
        var source = $"csv:{_folder.Write("x.csv", Csv(Channels))}";
        Assert.Equal(Lines(single, source), Lines(chunked, source));
    }

    [Fact]
    public void Standard_input_may_end_inside_a_step()
    {
        var (single, chunked) = Converted("har_gru");
        Assert.Equal(Piped(single), Piped(chunked));

        string[] Piped(string program) =>
            Edgeseq.RunWithInput(Csv(Channels), "run", program, "--source", "csv:-", "--sink", "csv:-").OutLines;
    }

    [Fact]
    public void Recordings_of_a_set_each_end_inside_a_step()
    {
        var (single, chunked) = Converted("har_gru");
        var source = $"npy:{_folder.Write("x.npy", NpyBytes.OfFloats(Signal(2 * Rows * Channels), 2, Rows, Channels))}";
        var expected = Lines(single, source);
        Assert.Equal(1 + (2 * Rows), expected.Length);
        Assert.Equal(expected, Lines(chunked, source));
    }

    [Fact]
    public void A_file_in_the_programs_own_call_shape_is_one_recording()
    {
        var (single, chunked) = Converted("har_gru");
        var values = Signal(3 * Chunk * Channels);
        var rows = $"npy:{_folder.Write("rows.npy", NpyBytes.OfFloats(values, 3 * Chunk, Channels))}";
        var calls = $"npy:{_folder.Write("calls.npy", NpyBytes.OfFloats(values, 3, Chunk, Channels))}";
        Assert.Equal(Lines(single, rows), Lines(chunked, calls));
    }

    [Fact]
    public void Frames_of_single_samples_hop_as_for_single_steps()
    {
        var (single, chunked) = Converted("har_gru");
        var source = $"csv:{_folder.Write("x.csv", Csv(1))}";
        var expected = Lines(single, source, "--hop 3");
        Assert.Equal(1 + (Rows / 3), expected.Length);
        Assert.Equal(expected, Lines(chunked, source, "--hop 3"));
    }

    [Fact]
    public void Samples_of_a_sound_are_those_of_single_steps()
    {
        var (single, chunked) = Converted("nab_gru");
        var source = $"wav:{_folder.Write("x.wav", Wav(Rows))}";
        var expected = Lines(single, source);
        Assert.Equal(1 + Rows, expected.Length);
        Assert.Equal(expected, Lines(chunked, source));
    }

    [Theory]
    [InlineData("on=0.2, off=0.1")]
    [InlineData("on=0.2, off=0.1, smooth=mean:3, least=2, gap=2")]
    public void Events_are_those_of_single_steps(string rule)
    {
        var (single, chunked) = Converted("har_cnn_lstm");
        var source = $"csv:{_folder.Write("x.csv", Csv(Channels))}";
        var expected = Events(single);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Events(chunked));

        string[] Events(string program) =>
            Edgeseq.Run("run", program, "--source", source, "--decide", rule, "--sink", "events:-").OutLines;
    }

    [Fact]
    public void A_value_that_is_no_number_stops_where_it_does_for_single_steps()
    {
        var (single, chunked) = Converted("har_gru");
        var lines = Csv(Channels).Split('\n');
        lines[12] = "," + lines[12][(lines[12].IndexOf(',', StringComparison.Ordinal) + 1)..];
        var source = $"csv:{_folder.Write("x.csv", string.Join('\n', lines))}";
        var expected = Edgeseq.Run("run", single, "--source", source, "--sink", "csv:-");
        var actual = Edgeseq.Run("run", chunked, "--source", source, "--sink", "csv:-");
        Assert.Equal(expected.OutLines, actual.OutLines);
        Assert.Equal((3, expected.Err), (actual.ExitCode, actual.Err));
    }

    private static string[] Lines(string program, string source, string options = "") => Edgeseq.Run(
        ["run", program, "--source", source, "--sink", "csv:-", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).OutLines;

    /// <summary>Rows without recording and step: an output that waits for the end of a call has later ones.</summary>
    private static string[] Values(string[] lines) => [.. lines.Select(line => line.Split(',', 3)[2])];

    private static float[] Signal(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(0.37f * i))];

    private static string Csv(int columns)
    {
        var text = new StringBuilder();
        var values = Signal(Rows * columns);
        for (var row = 0; row < Rows; row++)
        {
            var cells = values.Skip(row * columns).Take(columns).Select(value => value.ToString("R", CultureInfo.InvariantCulture));
            text.AppendJoin(',', cells).Append('\n');
        }

        return text.ToString();
    }

    private static byte[] Wav(int samples)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(16000);
        writer.Write(32000);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples);
        foreach (var value in Signal(samples))
            writer.Write((short)(value * 20000));
        return stream.ToArray();
    }

    private (string Single, string Chunked) Converted(string model)
    {
        var onnx = Path.Combine(Repository.Root, "models", "reference", $"{model}.onnx");
        string single = _folder.File("single.eseq"), chunked = _folder.File("chunked.eseq");
        Assert.Equal(0, EdgeseqConvert.Run("convert", onnx, "-o", single, "--precision", "f32").ExitCode);
        Assert.Equal(0, EdgeseqConvert.Run("convert", onnx, "-o", chunked, "--precision", "f32", "--chunk", $"{Chunk}").ExitCode);
        return (single, chunked);
    }
}
