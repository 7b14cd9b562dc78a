using System.Xml.Linq;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>Each NuGet package and tool: what is in it, and a model that runs with it in an empty folder.</summary>
public sealed class NuGetPackageTests(NuGetFeed feed) : IClassFixture<NuGetFeed>
{
    private const string Libraries = "EdgeSeq.Runtime EdgeSeq.Device EdgeSeq.Quantize EdgeSeq.Hosting";

    /// <summary>A step of a model without any hardware: its label, or how many numbers it gives, and the kernels that ran.</summary>
    private const string Step = """
        using var session = model.CreateSession();
        var scores = new float[model.Outputs[0].Length];
        if (!session.Step(sample, scores))
            throw new InvalidOperationException("no output");
        Console.WriteLine($"{model.Outputs[0].Labels?[Array.IndexOf(scores, scores.Max())] ?? scores.Length.ToString()} {model.Isa}");
        """;

    private static readonly string Activity = Path.Combine(Repository.Root, "models/activity/activity.eseq");

    /// <summary>A package, what its use prints, and its use. The sample is zero, but for the simulated person.</summary>
    public static TheoryData<string, string, string> Uses => new()
    {
        { "EdgeSeq.Runtime", "lying", UseOfRuntime },
        {
            "EdgeSeq.Device", "standing", $"""
                using EdgeSeq.Device.Simulation.Motion;
                using EdgeSeq.Runtime.Sessions;
                using var model = Model.Load(args[0]);
                var sample = new float[ActivitySimulator.Channels];
                new ActivitySimulator("standing", seed: 1).Next(sample, new float[3]);
                {Step}
                """
        },
        {
            "EdgeSeq.Quantize", "6", $"""
                using EdgeSeq.Quantize.Conversion;
                using EdgeSeq.Runtime.Sessions;
                var program = Converter.Convert(Path.ChangeExtension(args[0], ".onnx"), new ConvertOptions()).Program;
                using var model = Model.Load(program, "activity");
                var sample = new float[model.Inputs[0].Length];
                {Step}
                """
        },
        {
            "EdgeSeq.Hosting", "lying", $$"""
                using EdgeSeq.Hosting;
                using var model = new HostedModel(new EdgeSeqOptions { Program = args[0] });
                await foreach (var output in model.RunAsync(Samples()))
                {
                    var top = output.Values.ToList().IndexOf(output.Values.Max());
                    Console.WriteLine($"{model.Current.Outputs[0].Labels![top]} {model.Current.Isa}");
                }

                static async IAsyncEnumerable<float[]> Samples()
                {
                    await Task.Yield();
                    yield return new float[6];
                }
                """
        },
    };

    private static string UseOfRuntime => $"""
        using EdgeSeq.Runtime.Sessions;
        using var model = Model.Load(args[0]);
        var sample = new float[model.Inputs[0].Length];
        {Step}
        """;

    [NativeTheory, InlineData(Libraries + " edgeseq edgeseq-convert")]
    public void They_are_made_without_a_warning(string packages)
    {
        Assert.DoesNotContain("warning", feed.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(packages.Split(' ').Select(id => $"{id}.{ProductVersion.Text}.nupkg").Order(StringComparer.Ordinal),
            Directory.GetFiles(feed.Folder, "*.nupkg").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        foreach (var package in Directory.GetFiles(feed.Folder, "*.nupkg"))
            DeviceReport.Add($"{Path.GetFileName(package)}: {new FileInfo(package).Length} bytes");
    }

    [NativeTheory, InlineData(Libraries)]
    public void Each_library_has_page_picture_licence_documentation_and_symbols(string packages)
    {
        foreach (var id in packages.Split(' '))
        {
            var specification = XDocument.Parse(NuGetFeed.Text(feed.File(id), $"{id}.nuspec")).Root!;
            var fields = specification.Elements().Single().Elements().ToLookup(field => field.Name.LocalName, field => field.Value);
            Assert.Equal(["MIT"], fields["license"]);
            Assert.Equal(["README.md"], fields["readme"]);
            Assert.Equal(["edgeseq.png"], fields["icon"]);
            Assert.Subset(NuGetFeed.Entries(feed.File(id)).ToHashSet(),
                new HashSet<string> { "README.md", "edgeseq.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml" });
            Assert.Contains("![", NuGetFeed.Text(feed.File(id), "README.md"), StringComparison.Ordinal);
            Assert.Contains($"lib/net10.0/{id}.pdb", NuGetFeed.Entries(feed.File(id, "snupkg")));
        }
    }

    [NativeTheory, InlineData("EdgeSeq.Runtime")]
    public void The_runtime_keeps_its_one_dependency(string id)
    {
        var specification = XDocument.Parse(NuGetFeed.Text(feed.File(id), $"{id}.nuspec"));
        var dependencies = specification.Descendants().Where(element => element.Name.LocalName == "dependency");
        Assert.Equal(["System.Numerics.Tensors"], dependencies.Select(element => element.Attribute("id")!.Value));
        Assert.Contains("buildTransitive/EdgeSeq.Runtime.targets", NuGetFeed.Entries(feed.File(id)));
    }

    [NativeTheory]
    [MemberData(nameof(Uses))]
    public void A_model_runs_with_a_library_in_an_empty_folder(string package, string label, string program)
    {
        var (output, seconds) = feed.Use(package, program, Activity);
        DeviceReport.Add($"{package}: empty folder to first output {seconds:0.0} s");
        Assert.Matches($"^{label} [a-z0-9-]+$", output);
    }

    [NativeTheory, InlineData("EdgeSeq.Runtime")]
    public void A_native_program_gets_the_fast_kernels(string package) =>
        Assert.Matches("^lying (avx2|avxvnni|avx512vnni)$", feed.UseNatively(package, UseOfRuntime, Activity));

    [NativeTheory, InlineData("edgeseq")]
    public void The_tool_runs_a_model(string tool)
    {
        var (edgeseq, seconds) = feed.Install(tool);
        DeviceReport.Add($"tool {tool}: installed in {seconds:0.0} s");
        Assert.Equal(ProductVersion.Text, edgeseq.Run("--version").Trim());
        var first = edgeseq.TimeToFirstOutput("run", Activity, "--source", "sim:standing", "--steps", "1", "--sink", "jsonl:-");
        DeviceReport.Add($"tool {tool}: first output after {first:0} ms more");
        Assert.Contains("\"standing\"", edgeseq.Run("run", Activity, "--source", "sim:standing", "--steps", "100", "--sink", "jsonl:-"));
    }

    [NativeTheory, InlineData("edgeseq-convert")]
    public void The_tool_converts_and_verifies_a_model(string tool)
    {
        var (convert, seconds) = feed.Install(tool);
        DeviceReport.Add($"tool {tool}: installed in {seconds:0.0} s");
        var onnx = Path.ChangeExtension(Activity, ".onnx");
        Assert.Equal(ProductVersion.Text, convert.Run("--version").Trim());
        convert.Run("convert", onnx, "-o", "mine.eseq");
        File.WriteAllBytes(Path.Combine(convert.Folder, "recording.npy"), NpyBytes.OfFloats(new float[20 * 6], 20, 6));
        Assert.Contains("activity", convert.Run("verify", onnx, "mine.eseq", "--data", "recording.npy"), StringComparison.Ordinal);
    }
}
