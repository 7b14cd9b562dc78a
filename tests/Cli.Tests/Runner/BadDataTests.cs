using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public sealed class BadDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_program() => Edgeseq.Run("inspect", "/nowhere.eseq").AssertError(3, "ES0601", "/nowhere.eseq");

    [Fact]
    public void A_cut_program()
    {
        var bytes = File.ReadAllBytes(Programs.Activity);
        Edgeseq.Run("selftest", _folder.Write("cut.eseq", bytes[..^100])).AssertError(3, "ES0104", "cut.eseq");
    }

    [Fact]
    public void A_program_with_a_flipped_bit()
    {
        var bytes = File.ReadAllBytes(Programs.Activity);
        bytes[^1000] ^= 1;
        Edgeseq.Run("selftest", _folder.Write("flipped.eseq", bytes)).AssertError(3, "ES0106", "checksum");
    }

    [Fact]
    public void What_is_no_program() =>
    Edgeseq.Run("bench", _folder.Write("x.eseq", "hello, this is text")).AssertError(3, "ES0101", "x.eseq");

    [Fact]
    public void A_missing_recording() => RunOn("npy:/nowhere.npy").AssertError(3, "ES0601", "/nowhere.npy");

    [Fact]
    public void The_wrong_number_of_channels()
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(new float[18], 2, 9));
        RunOn($"npy:{path}").AssertError(3, "ES0303", "[2,9]");
    }

    [Fact]
    public void A_nan_in_the_recording()
    {
        var data = new float[12];
        data[8] = float.NaN;
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(data, 2, 6));
        Edgeseq.Run("run", Programs.Activity, "--source", $"npy:{path}", "--sink", $"npy:{_folder.File("y.npy")}")
            .AssertError(3, "ES0305", "step 1: input 'motion' element 2");
        Assert.Equal(["x.npy"], _folder.Names);
    }

    [Fact]
    public void A_bad_cell() => RunOn($"csv:{_folder.Write("x.csv", "1,2,3,4,5,6\n1,2,3,4,5,six\n")}", "--sink", $"csv:{_folder.File("y")}")
        .AssertError(3, "ES0304", "line 2, column 6: 'six'");

    [Fact]
    public void A_sink_that_cannot_be_made() =>
    RunOn("sim:walking", "--sink", "csv:/nowhere/y.csv").AssertError(5, "ES0603", "/nowhere/y.csv");

    [Fact]
    public void Text_for_a_program_without_words() => RunOn("text:-").AssertError(3, "ES0303", "--vocab");

    private static ToolResult RunOn(string source, params string[] more) =>
        Edgeseq.Run(["run", Programs.Activity, "--source", source, .. more]);
}
