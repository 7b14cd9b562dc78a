using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Steps;

/// <summary><c>chunks [--only TEXT] [--rounds N] [--core N]</c>: an element along time by single steps and in calls of 10 and 160
/// elements, in turns.</summary>
internal static class ChunksCommand
{
    private const int Elements = 640;

    private static readonly int[] Chunks = [1, 10, 160];

    public static int Run(string[] args)
    {
        var only = PairedCommand.Option(args, "--only") ?? "";
        var rounds = int.Parse(PairedCommand.Option(args, "--rounds") ?? "101", CultureInfo.InvariantCulture);
        PairedCommand.PinTo(PairedCommand.Option(args, "--core"));
        Console.WriteLine("| model | precision | single steps, ns an element | chunks of 10 | of 160 |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: |");
        foreach (var (name, graph) in ChunkGraphs.All.Where(each => each.Key.Contains(only, StringComparison.Ordinal)))
        {
            foreach (var precision in (ConvertPrecision[])[ConvertPrecision.Int8, ConvertPrecision.F32])
            {
                var times = Measure(OnnxWriter.ToBytes(graph()), precision, rounds);
                var words = precision == ConvertPrecision.Int8 ? "int8" : "float32";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {words} | {times[0]:F0} | {times[1]:F0} | {times[2]:F0} |"));
            }
        }

        return 0;
    }

    /// <summary>Nanoseconds an element in the fastest round of each chunk.</summary>
    private static double[] Measure(byte[] onnx, ConvertPrecision precision, int rounds)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, onnx);
        Model[] models = [.. Chunks.Select(chunk => Model.Load(Converter.Convert(path, new ConvertOptions
        {
            Mode = ConvertMode.Stream,
            Chunk = chunk > 1 ? chunk : null,
            Precision = precision,
        }).Program, path))];
        File.Delete(path);
        Session[] sessions = [.. models.Select(model => model.CreateSession())];
        var fastest = new double[Chunks.Length];
        Array.Fill(fastest, double.MaxValue);
        foreach (var session in sessions)
            Data.Floats(session.Input(0).Length).CopyTo(session.Input(0));
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sessions.Length; i++)
                fastest[i] = Math.Min(fastest[i], Elapsed(sessions[i], Elements / Chunks[i]) / Elements);
        }

        Array.ForEach(sessions, session => session.Dispose());
        Array.ForEach(models, model => model.Dispose());
        return fastest;
    }

    /// <summary>Nanoseconds of so many calls; one before the clock starts brings the bytes back into the caches.</summary>
    private static double Elapsed(Session session, int calls)
    {
        session.Step();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
            session.Step();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
