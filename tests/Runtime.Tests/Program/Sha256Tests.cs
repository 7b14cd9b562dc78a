using System.Security.Cryptography;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Tests.Program;

public class Sha256Tests
{
    [Fact]
    public void Equals_the_frameworks_for_every_length_around_the_block_boundaries()
    {
        var data = new byte[300];
        new Random(1).NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
        {
            var hash = new Sha256();
            hash.Append(data.AsSpan(0, length));
            Assert.Equal(SHA256.HashData(data.AsSpan(0, length)), hash.Finish());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(63)]
    [InlineData(65)]
    public void Does_not_depend_on_the_pieces(int piece)
    {
        var data = new byte[1000];
        new Random(2).NextBytes(data);
        var hash = new Sha256();
        for (var start = 0; start < data.Length; start += piece)
            hash.Append(data.AsSpan(start, Math.Min(piece, data.Length - start)));

        Assert.Equal(SHA256.HashData(data), hash.Finish());
    }
}
