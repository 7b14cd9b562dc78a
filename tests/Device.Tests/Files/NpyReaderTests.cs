using CsCheck;
using EdgeSeq.Device.Files;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Files;

public class NpyReaderTests
{
    [Theory]
    [InlineData("|b1")]
    [InlineData("|i1")]
    [InlineData("|u1")]
    [InlineData("<i2")]
    [InlineData("<u2")]
    [InlineData("<i4")]
    [InlineData("<u4")]
    [InlineData("<i8")]
    [InlineData("<u8")]
    [InlineData("<f2")]
    [InlineData("<f4")]
    [InlineData("<f8")]
    public void Reads_every_type_as_floats(string descr)
    {
        using var folder = new TempFolder();
        var bytes = descr switch
        {
            "|b1" or "|i1" or "|u1" => NpyBytes.Of<byte>(descr, [0, 1, 1], 3),
            "<i2" or "<u2" => NpyBytes.Of<short>(descr, [0, 1, 1], 3),
            "<i4" or "<u4" => NpyBytes.Of<int>(descr, [0, 1, 1], 3),
            "<i8" or "<u8" => NpyBytes.Of<long>(descr, [0, 1, 1], 3),
            "<f2" => NpyBytes.Of(descr, [(Half)0, (Half)1, (Half)1], 3),
            "<f4" => NpyBytes.Of(descr, [0f, 1f, 1f], 3),
            _ => NpyBytes.Of(descr, [0d, 1d, 1d], 3),
        };
        using var reader = NpyReader.Open(folder.Write("x.npy", bytes));

        var values = new float[4];
        Assert.Equal(3, reader.Read(values));
        Assert.Equal([0, 1, 1, 0], values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Reads_every_format(byte major)
    {
        using var folder = new TempFolder();
        var bytes = NpyBytes.WithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", new byte[8], major);
        using var reader = NpyReader.Open(folder.Write("x.npy", bytes));

        Assert.Equal([1, 2], reader.Header.Shape);
    }

    [Fact]
    public void Reads_more_than_its_buffer()
    {
        using var folder = new TempFolder();
        var data = Enumerable.Range(0, 100_000).Select(i => (float)i).ToArray();
        using var reader = NpyReader.Open(folder.Write("x.npy", NpyBytes.OfFloats(data, 100_000)));

        var values = new float[data.Length];
        Assert.Equal(7, reader.Read(values.AsSpan(0, 7)));
        Assert.Equal(values.Length - 7, reader.Read(values.AsSpan(7)));
        Assert.Equal(data, values);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", 302)]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1, 2), }", 302)]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 302)]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", 301)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 301)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 4), }", 301)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", 301)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", 301)]
    [InlineData("{'descr': '<f4', 'shape': (2,), }", 301)]
    [InlineData("", 301)]
    public void Refuses_what_it_does_not_read(string header, int code)
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.WithHeader(header, new byte[8]));

        var error = Assert.Throws<EdgeSeqException>(() => NpyReader.Open(path));
        Assert.Equal(code, error.Code.Number);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_file_is_refused_by_name()
    {
        using var folder = new TempFolder();
        var whole = NpyBytes.OfFloats([1, 2], 2);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.Write("x.npy", whole[..length]);
            Assert.Equal(ErrorCodes.RecordingMalformed, Assert.Throws<EdgeSeqException>(() => NpyReader.Open(path)).Code);
        }
    }

    [Fact]
    public void A_broken_byte_never_crashes() =>
        Gen.Select(Gen.Int[0, 200], Gen.Byte).Sample((position, value) =>
        {
            using var folder = new TempFolder();
            var bytes = NpyBytes.OfFloats(new float[20], 4, 5);
            bytes[position % bytes.Length] = value;
            var path = folder.Write("x.npy", bytes);
            try
            {
                using var reader = NpyReader.Open(path);
                reader.Read(new float[64]);
            }
            catch (EdgeSeqException)
            {
                // A named error is the other good outcome.
            }
        }, iter: 500, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void A_missing_file_is_bad_data_not_a_device_error() =>
        Assert.Equal(ExitCode.BadData, Assert.Throws<EdgeSeqException>(() => NpyReader.Open("/nowhere/x.npy")).ExitCode);
}
