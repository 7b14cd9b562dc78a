using System.Buffers.Binary;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources;

public class AudioSourceTests
{
    [Theory]
    [InlineData(8, new byte[] { 128, 192, 64 })]
    [InlineData(16, new byte[] { 0, 0, 0, 0x40, 0, 0xC0 })]
    [InlineData(24, new byte[] { 0, 0, 0, 0, 0, 0x40, 0, 0, 0xC0 })]
    [InlineData(32, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0xC0 })]
    public void Pcm_of_every_width_is_scaled_to_one(int bits, byte[] data) =>
        Assert.Equal([[0, 0.5f, -0.5f]], Read(Wav(1, bits, data), 3));

    [Fact]
    public void Floats_are_taken_as_they_are() =>
        Assert.Equal([[0.25f]], Read(Wav(3, 32, BitConverter.GetBytes(0.25f)), 1));

    [Fact]
    public void Other_chunks_are_passed_over()
    {
        byte[] odd = [.. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0];
        Assert.Equal([[0.5f]], Read(Wav(1, 16, [0, 0x40], before: odd), 1));
    }

    [Fact]
    public void An_open_length_reads_to_the_end() =>
        Assert.Equal([[0.5f], [-0.5f]], Read(Wav(1, 16, [0, 0x40, 0, 0xC0], statedLength: uint.MaxValue), 1));

    [Fact]
    public void Samples_do_not_feed_an_input_of_ids()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.wav", Wav(1, 16, new byte[8]));

        var error = Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"wav:{path}", Inputs.Context(Inputs.Ids(1))));
        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
    }

    [Fact]
    public void Stereo_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Read(Wav(1, 16, new byte[8], channels: 2), 1));
        Assert.Equal(ErrorCodes.RecordingUnsupported, error.Code);
        Assert.Contains("remix", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_file_is_an_error()
    {
        var whole = Wav(1, 16, [1, 2, 3, 4]);
        for (var length = 0; length < whole.Length; length++)
        {
            var error = Record.Exception(() => Read(whole[..length], 1));
            Assert.True(error is EdgeSeqException { Code.Number: 301 }, $"{length} of {whole.Length} bytes: {error}");
        }
    }

    [Fact]
    public void Another_sample_rate_than_the_programs_is_warned_about()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.wav", Wav(1, 16, new byte[8]));
        var warnings = new List<string>();

        Inputs.ReadAll($"wav:{path}", Inputs.Context(Inputs.Floats(2)) with { RateHz = 4000, Warn = warnings.Add });
        Assert.Contains("16000 samples a second, the program was made for 8000; they are fed as they are. --source-rate 16000", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_rate_is_converted_where_the_user_names_its_rate()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.wav", Wav(1, 16, [.. Enumerable.Repeat((byte)0x40, 800)]));
        var warnings = new List<string>();
        var steps = Inputs.ReadAll(
            $"wav:{path}", Inputs.Context(Inputs.Floats(2)) with { RateHz = 4000, SourceHz = 16000, Warn = warnings.Add });

        Assert.Equal(100, steps.Count);
        Assert.All(steps, step => Assert.Equal(0x4040 / 32768f, step[0], 1e-6f));
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_rate_that_the_file_denies_is_said()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.wav", Wav(1, 16, new byte[800]));
        var warnings = new List<string>();

        Inputs.ReadAll($"wav:{path}", Inputs.Context(Inputs.Floats(2)) with { RateHz = 4000, SourceHz = 8000, Warn = warnings.Add });
        Assert.Contains("says that it has 16000 samples a second; --source-rate 8000 holds", Assert.Single(warnings));
    }

    [Fact]
    public void Raw_pcm_comes_from_a_file_too()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.raw", [0, 0x40, 0, 0xC0]);

        Assert.Equal([[0.5f], [-0.5f]], Inputs.ReadAll($"pcm16:{path}", Inputs.Context(Inputs.Floats(1))));
    }

    private static List<float[]> Read(byte[] wav, int length)
    {
        using var folder = new TempFolder();
        return Inputs.ReadAll($"wav:{folder.Write("x.wav", wav)}", Inputs.Context(Inputs.Floats(length)));
    }

    private static byte[] Wav(ushort kind, int bits, byte[] data, ushort channels = 1, byte[]? before = null, uint? statedLength = null)
    {
        const int Rate = 16000;
        var format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, kind);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(8), Rate * channels * bits / 8);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        return
        [
            .. "RIFF"u8, .. BitConverter.GetBytes(36 + data.Length), .. "WAVE"u8,
            .. before ?? [],
            .. "fmt "u8, 16, 0, 0, 0, .. format,
            .. "data"u8, .. BitConverter.GetBytes(statedLength ?? (uint)data.Length), .. data,
        ];
    }
}
