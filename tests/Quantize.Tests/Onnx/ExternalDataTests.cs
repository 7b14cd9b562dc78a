using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using Google.Protobuf;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private static readonly byte[] Data = [.. BitConverter.GetBytes(9f), .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];

    private readonly TemporaryFolder _folder = new();

    public ExternalDataTests()
    {
        Directory.CreateDirectory(_folder.File("model"));
        _folder.Write("model/weights.bin", Data);
        _folder.Write("outside.bin", Data);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_in_the_models_folder_is_read_from_its_offset() =>
        Assert.Equal([1f, 2f], Load("weights.bin", offset: "4").Constant("w")!.ToFloats());

    [Fact]
    public void A_file_in_a_folder_below_is_read()
    {
        Directory.CreateDirectory(_folder.File("model/data"));
        _folder.Write("model/data/weights.bin", Data);

        Assert.Equal([9f, 1f], Load("data/weights.bin").Constant("w")!.ToFloats());
    }

    [Theory]
    [InlineData("../outside.bin")]
    [InlineData("data/../../outside.bin")]
    [InlineData("..\\outside.bin")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("weights.bin\0.png")]
    [InlineData("C:weights.bin")]
    [InlineData("missing.bin")]
    public void Paths_that_leave_the_folder_or_name_no_file_are_refused(string location) =>
        Assert.Equal(ErrorCodes.ExternalDataRefused, ErrorOf(location));

    [Fact]
    public void Absolute_paths_are_refused_even_into_the_folder() =>
        Assert.Equal(ErrorCodes.ExternalDataRefused, ErrorOf(_folder.File("model/weights.bin")));

    [Fact]
    public void Links_are_refused()
    {
        File.CreateSymbolicLink(_folder.File("model/link.bin"), _folder.File("outside.bin"));
        Directory.CreateSymbolicLink(_folder.File("model/up"), _folder.Path);

        Assert.Equal(ErrorCodes.ExternalDataRefused, ErrorOf("link.bin"));
        Assert.Equal(ErrorCodes.ExternalDataRefused, ErrorOf("up/outside.bin"));
    }

    [Fact]
    public void A_pipe_is_refused_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        System.Diagnostics.Process.Start("mkfifo", _folder.File("model/pipe.bin")).WaitForExit();

        Assert.Equal(ErrorCodes.ExternalDataRefused, ErrorOf("pipe.bin"));
    }

    [Theory]
    [InlineData("8")]
    [InlineData("12")]
    [InlineData("4611686018427387000")]
    public void Data_beyond_the_end_of_the_file_is_refused(string offset) =>
        Assert.Equal(ErrorCodes.ExternalDataRefused, ErrorOf("weights.bin", offset));

    [Theory]
    [InlineData("-4")]
    [InlineData("four")]
    [InlineData("99999999999999999999")]
    public void An_offset_that_is_no_number_is_refused(string offset) =>
        Assert.Equal(ErrorCodes.OnnxTensorInvalid, ErrorOf("weights.bin", offset));

    [Fact]
    public void A_length_that_does_not_fit_the_shape_is_refused() =>
        Assert.Equal(ErrorCodes.OnnxTensorInvalid, ErrorOf("weights.bin", length: "12"));

    private ErrorCode ErrorOf(string location, string? offset = null, string? length = null) =>
        Assert.Throws<EdgeSeqException>(() => Load(location, offset, length)).Code;

    private OnnxGraph Load(string location, string? offset = null, string? length = null)
    {
        var builder = new GraphBuilder();
        var weights = builder.Constant(OnnxTensor.FromFloats([0, 0], 2), "w");
        builder.Output(builder.Node("Add", [builder.Input("x", 2), weights]));
        var model = OnnxWriter.ToProto(builder.Build());
        var tensor = model.Graph.Initializer[0];
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return OnnxModel.Load(_folder.Write("model/model.onnx", model.ToByteArray())).Graph;
    }
}
