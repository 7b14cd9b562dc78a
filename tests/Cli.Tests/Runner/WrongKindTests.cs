using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>A file of one kind where another is needed ends in one line that says what it is and what to type.</summary>
public sealed class WrongKindTests : IDisposable
{
    private static readonly byte[] Wav = [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, .. new byte[20]];

    private readonly TempFolder _folder = new();

    public WrongKindTests()
    {
        _folder.Write("x.wav", Wav);
        _folder.Write("x.npy", NpyBytes.OfFloats(new float[12], 2, 6));
        _folder.Write("x.npz", [(byte)'P', (byte)'K', 3, 4, .. new byte[60]]);
        _folder.Write("x.csv", "1,2,3,4,5,6\n");
        _folder.Write("x.tflite", [0x1C, 0, 0, 0, .. "TFL3"u8, .. new byte[60]]);
        _folder.Write("x.onnx", File.ReadAllBytes(Programs.ActivityModel));
        _folder.Write("x.bin", new byte[100]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.onnx", "this is an ONNX model, not a program. Hint: edgeseq-convert convert")]
    [InlineData("x.wav", "this is a WAV recording, not a program. Hint: recordings go to --source wav:")]
    [InlineData("x.npy", "this is a .npy array, not a program. Hint: recordings go to --source npy:")]
    [InlineData("x.npz", "this is a ZIP archive")]
    [InlineData("x.tflite", "this is a TensorFlow Lite model")]
    public void As_a_program(string file, string words) =>
        Edgeseq.Run("run", _folder.File(file), "--source", "sim:walking").AssertError(3, "ES0101", words);

    [Theory]
    [InlineData("bench")]
    [InlineData("inspect")]
    [InlineData("selftest")]
    public void As_the_program_of_another_command(string command) =>
        Edgeseq.Run(command, _folder.File("x.wav")).AssertError(3, "ES0101", "this is a WAV recording, not a program");

    [Theory]
    [InlineData("npy:x.wav", "this is a WAV recording, not a .npy file. Hint: recordings go to --source wav:")]
    [InlineData("wav:x.npy", "this is a .npy array, not a WAV file. Hint: recordings go to --source npy:")]
    [InlineData("npy:x.npz", "this is a ZIP archive")]
    [InlineData("csv:x.npy", "this is a .npy array, not text")]
    [InlineData("csv:x.wav", "this is a WAV recording, not text")]
    [InlineData("csv:x.onnx", "this is an ONNX model, not text")]
    [InlineData("csv:x.bin", "is not text")]
    public void As_a_source(string source, string words)
    {
        var name = source.Split(':');
        var result = Edgeseq.Run("run", Programs.Activity, "--source", $"{name[0]}:{_folder.File(name[1])}");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(words, Assert.Single(result.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void A_program_as_a_source() => Edgeseq.Run("run", Programs.Activity, "--source", $"csv:{Programs.Activity}")
        .AssertError(3, "ES0302", "this is a step program, not text");

    [Theory]
    [InlineData("--source x.csv", "--source csv:x.csv")]
    [InlineData("--source -", "--source csv:-")]
    [InlineData("--source csv:x.csv --sink y.npy", "--sink npy:y.npy")]
    public void A_path_without_its_kind_is_told_what_was_meant(string options, string words)
    {
        var result = Edgeseq.Run(["run", Programs.Activity, .. options.Replace("csv:x", $"csv:{_folder.File("x")}").Split(' ')]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Err);
    }
}
