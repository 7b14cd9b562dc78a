using EdgeSeq.Device.Sources.Iio;

namespace EdgeSeq.Device.Tests.Sources.Iio;

public sealed class ScanFormatTests
{
    public static TheoryData<string, byte[], double> Values => new()
    {
        { "le:s12/16>>4", [0xF0, 0xFF], -1 },
        { "le:s12/16>>4", [0xF0, 0x7F], 2047 },
        { "le:s12/16>>4", [0x0F, 0x80], -2048 },
        { "le:u12/16>>4", [0xFF, 0xFF], 4095 },
        { "be:s16/16>>0", [0xFF, 0xFE], -2 },
        { "be:u16/16>>0", [0x12, 0x34], 0x1234 },
        { "le:s8/8>>0", [0x80], -128 },
        { "le:u24/32>>8", [0xAA, 0x01, 0x02, 0x03], 0x030201 },
        { "be:s24/32>>8", [0x80, 0x00, 0x00, 0xFF], -8388608 },
        { "le:s64/64>>0", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -2 },
        { "le:u1/8>>7", [0x80], 1 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_taken_out_of_its_bits(string type, byte[] bytes, double value) =>
        Assert.Equal(value, ScanFormat.Parse(type)!.Decode(bytes, 0));

    [Fact]
    public void An_element_that_repeats_holds_several_values()
    {
        var format = ScanFormat.Parse("le:s16/16X3>>0")!;

        Assert.Equal(6, format.Length);
        Assert.Equal(-1, format.Decode([1, 0, 2, 0, 0xFF, 0xFF], 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("le")]
    [InlineData("s16/16>>0")]
    [InlineData("xe:s16/16>>0")]
    [InlineData("le:x16/16>>0")]
    [InlineData("le:s16/16")]
    [InlineData("le:s16/16>>")]
    [InlineData("le:s16/16>>-1")]
    [InlineData("le:s0/16>>0")]
    [InlineData("le:s17/16>>0")]
    [InlineData("le:s12/16>>5")]
    [InlineData("le:s12/24>>0")]
    [InlineData("le:s65/64>>0")]
    [InlineData("le:s16/16X0>>0")]
    [InlineData("le:s16/16X65>>0")]
    [InlineData("le:s16/16XX2>>0")]
    [InlineData("le:s16/16>>0 ")]
    [InlineData("le:s99999999999/16>>0")]
    public void What_is_no_format_is_refused(string type) => Assert.Null(ScanFormat.Parse(type));
}
