using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class ModelLabelsTests
{
    private readonly GraphBuilder _g = new GraphBuilder().Domain("ai.onnx.ml", 2);

    [Theory]
    [InlineData("classes", """["ok","wear","fault"]""")]
    [InlineData("names", "{0: 'ok', 1: 'wear', 2: 'fault'}")]
    [InlineData("names", "['ok', 'wear', 'fault',]")]
    [InlineData("id2label", """{"2": "fault", "0": "ok", "1": "wear"}""")]
    [InlineData("label2id", """{"wear": 1, "ok": 0, "fault": 2}""")]
    [InlineData("Class_Names", "ok, wear, fault")]
    [InlineData("labels", "ok\nwear\nfault")]
    public void Names_in_the_metadata(string key, string text) => Assert.Equal(["ok", "wear", "fault"], LoadWith((key, text)).Labels);

    [Theory]
    [InlineData("[['ok'], ['wear']]")]
    [InlineData("{0: 'ok', 2: 'fault'}")]
    [InlineData("['ok', 'wear")]
    [InlineData("{}")]
    [InlineData("")]
    public void Text_that_is_no_list_of_names_is_left_out(string text) => Assert.Null(LoadWith(("names", text)).Labels);

    [Theory]
    [InlineData("sample_rate", "50", 50.0)]
    [InlineData("sampling_frequency", "12.5 Hz", 12.5)]
    [InlineData("sample_rate", "fast", null)]
    [InlineData("sample_rate", "-1", null)]
    public void The_rate_in_the_metadata(string key, string text, double? rate) => Assert.Equal(rate, LoadWith((key, text)).RateHz);

    [Fact]
    public void Names_of_a_label_encoder_in_any_order_of_its_keys()
    {
        var best = _g.Node("ArgMax", [Scores()], ("axis", -1L));
        _g.Output(_g.Node("ai.onnx.ml::LabelEncoder", [best], ("keys_int64s", (long[])[2, 0, 1]),
            ("values_strings", (string[])["fault", "ok", "wear"])), "label");
        CheckNames();
    }

    [Fact]
    public void Names_of_a_zip_map()
    {
        _g.Output(_g.Node("ai.onnx.ml::ZipMap", [Scores()], ("classlabels_strings", (string[])["ok", "wear", "fault"])), "probabilities");
        CheckNames();
    }

    [SharedTheory]
    [InlineData("labels_metadata", 50.0)]
    [InlineData("labels_encoder", null)]
    [InlineData("labels_zipmap", null)]
    public void Names_in_the_shared_models(string name, double? rate)
    {
        CheckConverted(Shared.Path($"cases/{name}.onnx"), ["ok", "wear", "fault"], rate);
    }

    [SharedFact]
    public void Given_names_and_rate_come_first()
    {
        var options = new ConvertOptions { Labels = ["a", "b", "c"], RateHz = 20 };
        CheckConverted(Shared.Path("cases/labels_metadata.onnx"), ["a", "b", "c"], 20, options);
    }

    private string Scores() => _g.Node("Softmax", [_g.Linear(_g.Input("x", "batch", "time", 4), 4, 3)], ("axis", -1L));

    /// <summary>The model's only output gave names out: now it is the scores, with the names.</summary>
    private void CheckNames()
    {
        using var folder = new TemporaryFolder();
        CheckConverted(folder.Write("model.onnx", _g.ToBytes()), ["ok", "wear", "fault"], rate: null);
    }

    private static void CheckConverted(string path, string[] names, double? rate, ConvertOptions? options = null)
    {
        options = (options ?? new ConvertOptions()) with { Precision = ConvertPrecision.F32 };
        using var model = Model.Load(Converter.Convert(path, options).Program, "test");
        var output = Assert.Single(model.Outputs);
        Assert.Equal(3, output.Length);
        Assert.Equal(names, output.Labels);
        Assert.Equal(rate, model.Program.RateHz);
    }

    private OnnxModel LoadWith((string Key, string Text) entry)
    {
        var model = ModelProto.Parser.ParseFrom(_g.Output(Scores(), "p").ToBytes());
        model.MetadataProps.Add(new StringStringEntryProto { Key = entry.Key, Value = entry.Text });
        using var folder = new TemporaryFolder();
        using var bytes = new MemoryStream();
        using (var stream = new Google.Protobuf.CodedOutputStream(bytes, leaveOpen: true))
            model.WriteTo(stream);
        return OnnxModel.Load(folder.Write("model.onnx", bytes.ToArray()));
    }
}
