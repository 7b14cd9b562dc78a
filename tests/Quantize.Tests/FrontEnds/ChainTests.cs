using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Tests.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>Several models as one program.</summary>
public sealed class ChainTests
{
    [Fact]
    public void A_link_takes_windows_with_a_factor_and_an_offset()
    {
        using var folder = new TemporaryFolder();
        var first = new GraphBuilder();
        first.Output(first.Node("Neg", [first.Input("x", 1, 2)]), "y");
        var second = new GraphBuilder();
        second.Output(second.Node("ReduceSum", [second.Input("w", 1, 3, 2), second.Ints(1)], ("keepdims", 0L)), "sum");
        var chain = new ChainSpec([new("a", folder.Write("a.onnx", first.ToBytes())), new("b", folder.Write("b.onnx", second.ToBytes()))])
        {
            Links = ["a:y -> b:w, window=3, hop=2, scale=0.5, offset=1"],
        };

        var rows = Run(chain, [.. Enumerable.Range(1, 14).Select(i => (float)i)]);

        // Inputs (1,2), (3,4), ..: windows of the steps 0-2, 2-4, 4-6.
        Assert.Equal([-1.5f, -3f, -7.5f, -9f, -13.5f, -15f], rows);
    }

    [Fact]
    public void A_front_end_feeds_a_model()
    {
        using var folder = new TemporaryFolder();
        var model = new GraphBuilder();
        model.Output(model.Node("Neg", [model.Input("x", 1, 4)]), "y");
        var chain = new ChainSpec([new("m", folder.Write("m.onnx", model.ToBytes()))]) { FrontEnd = "window(4, 2)" };

        Assert.Equal([-1f, -2f, -3f, -4f, -3f, -4f, -5f, -6f], Run(chain, [1, 2, 3, 4, 5, 6]));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(45, false)]
    public void Nodes_are_raised_until_what_each_model_gives_stands_as_far_above_its_error_as_wanted(double wanted, bool isPlain)
    {
        using var folder = new TemporaryFolder();
        string Model(string name)
        {
            var g = new GraphBuilder();
            return folder.Write(name, g.Output(g.Node("Tanh", [g.Node("MatMul", [g.Input("x", 1, 16), g.Weights([16, 16])])])).ToBytes());
        }

        var chain = new ChainSpec([new("a", Model("a.onnx")), new("b", Model("b.onnx"))]);
        var result = ChainConverter.Convert(chain, new ConvertOptions { MinSqnrDb = wanted });

        var sqnr = NoiseComparison.Of(result.FloatProgram, result.Program).Outputs[0].SqnrDb;
        Assert.True(sqnr >= wanted - 6, $"{sqnr} dB");
        Assert.Equal(isPlain, result.Notes.Count == 0);
        Assert.Equal(isPlain, result.Nodes.All(node => node.Precision is null or "int8" && !(node.Note ?? "").Contains("16-bit", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a -> c")]
    [InlineData("a:z -> b")]
    [InlineData("b -> a")]
    [InlineData("a - b")]
    [InlineData("a -> b, windows=3")]
    public void A_link_that_does_not_fit_is_told(string link)
    {
        using var folder = new TemporaryFolder();
        var model = new GraphBuilder();
        model.Output(model.Node("Neg", [model.Input("x", 1, 4)]), "y");
        var file = folder.Write("m.onnx", model.ToBytes());
        var chain = new ChainSpec([new("a", file), new("b", file)]) { Links = [link] };

        var refused = Assert.Throws<EdgeSeqException>(() => Run(chain, []));

        Assert.Equal(ErrorCodes.FrontEndInvalid, refused.Code);
    }

    [Theory]
    [InlineData("chain.toml", """
        name = "two"
        front_end = "scale(2)"    # doubled
        chunk = 160
        links = ["samples -> a:x", "a -> b, scale=0.5"]
        states = ["h = hn"]
        outputs = ["b"]
        [models]
        b = "inverse-fourier(16)"
        a = "fourier(16)"
        """)]
    [InlineData("chain.json", """
        { "name": "two", "front_end": "scale(2)", "chunk": 160, "links": ["samples -> a:x", "a -> b, scale=0.5"],
          "states": ["h = hn"], "outputs": ["b"], "models": { "b": "inverse-fourier(16)", "a": "fourier(16)" } }
        """)]
    public void A_chain_is_read_from_either_form_of_file(string name, string content)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, content);

        var chain = ChainFile.Read(path, null);

        Assert.Equal(("two", "scale(2)", 160), (chain.Name, chain.FrontEnd, chain.Chunk));
        Assert.Equal(["b", "a"], chain.Parts.Select(part => part.Name));
        Assert.Equal(["samples -> a:x", "a -> b, scale=0.5"], chain.Links);
        Assert.Equal([("h", "hn")], chain.States);
        Assert.Equal(["b"], chain.Outputs);
    }

    [Fact]
    public void The_rule_of_a_file_for_a_run_is_the_programs_too()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "pipeline.toml");
        File.WriteAllText(path, "decide = \"on=0.5\"\n[chain]\nfront_end = \"scale(2)\"\n");

        Assert.Equal("on=0.5", ChainFile.Read(path, null).Decide);
    }

    [Theory]
    [InlineData("name = ", "not TOML")]
    [InlineData("name = \"a\n", "not TOML")]
    [InlineData("nme = \"a\"", "no member 'nme'")]
    public void A_wrong_chain_file_says_what_is_wrong(string content, string words)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "chain.toml");
        File.WriteAllText(path, content);

        var refused = Assert.Throws<EdgeSeqException>(() => ChainFile.Read(path, null));

        Assert.Contains(words, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    /// <summary>The scores' reference has ONNX Runtime's sigmoid, which gives multiples of 3e-8: 1e-4 of scores as small as
    /// these.</summary>
    [SharedTheory]
    [InlineData("dtln", "out", "real/noisy_speech_16k.wav", "dtln_noisy.out.npy", 1e-4)]
    [InlineData("wake", "embedding", "real/speech_16k.wav", "wake.embedding.npy", 1e-4)]
    [InlineData("wake", "head", "real/speech_16k.wav", "wake.score.npy", 1e-3)]
    public void A_published_chain_gives_what_its_procedure_gives(string name, string output, string recording, string expected,
        double tolerance)
    {
        var chain = ChainFile.Read(Path.Combine(Repository.Root, "examples", "chains", $"{name}.json"), Shared.Path("chains"));
        var reference = NpyFile.Read(Shared.Path($"chains/{expected}")).ToFloats();
        var samples = Pcm(Shared.Path(recording));

        var actual = Run(chain with { Outputs = [output] }, samples[..Math.Min(samples.Length, 160000)]);

        Assert.True(actual.Length >= reference.Length);
        var worst = reference.Zip(actual, (wanted, given) => Math.Abs(wanted - given)).Max() / reference.Max(Math.Abs);
        Assert.True(worst <= tolerance, $"{worst:g3} of the largest value");
    }

    private static float[] Run(ChainSpec chain, float[] samples)
    {
        var program = ChainConverter.Convert(chain, new ConvertOptions { Precision = ConvertPrecision.F32 }).Program;
        using var model = Model.Load(program, "chain");
        using var session = model.CreateSession();
        var size = session.Input(0).Length;
        var rows = new List<float>();
        for (var at = 0; at + size <= samples.Length; at += size)
        {
            samples.AsSpan(at, size).CopyTo(session.Input(0));
            session.Step();
            if (session.IsReady(0))
                rows.AddRange(session.Output(0));
        }

        return [.. rows];
    }

    /// <summary>16-bit samples of a canonical WAV file, in [-1, 1).</summary>
    private static float[] Pcm(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return [.. Enumerable.Range(22, (bytes.Length / 2) - 22).Select(i => BitConverter.ToInt16(bytes, 2 * i) / 32768f)];
    }
}
