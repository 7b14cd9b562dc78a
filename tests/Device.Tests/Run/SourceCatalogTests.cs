using EdgeSeq.Device.Run;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Run;

public class SourceCatalogTests
{
    [Theory]
    [InlineData("i2c:mpu6050", "does not say which bus")]
    [InlineData("i2c:mpu6050@one", "'one' is not a bus")]
    [InlineData("i2c:mpu6050@1:x68", "'x68' is not a number")]
    [InlineData("i2c:mpu9999@1", "there is no sensor 'mpu9999' on i2c")]
    [InlineData("spi:adxl345", "does not say which bus")]
    [InlineData("nonsense", "lacks what follows the colon")]
    [InlineData("foo:bar", "there is no source 'foo:bar'")]
    [InlineData("npy:", "lacks what follows the colon")]
    [InlineData("sim:dancing", "there is no simulation 'dancing'")]
    [InlineData("sim:walking:x", "the seed 'x'")]
    public void Unknown_sources_are_usage_errors_that_list_the_known(string source, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => SourceCatalog.Open(source, Inputs.Context(Inputs.Floats(6))));
        Assert.Equal(ErrorCodes.SourceUnknown, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }
}
