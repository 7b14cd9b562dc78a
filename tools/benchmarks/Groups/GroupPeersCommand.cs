using System.Globalization;
using EdgeSeq.Benchmarks.Models;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Quantize.Timing;

namespace EdgeSeq.Benchmarks.Groups;

/// <summary><c>group-peers [--sessions N]</c>: groups of LSTM layers beside ONNX Runtime with as large a batch, one thread each, in turns;
/// then groups on all cores at once, one a thread.</summary>
internal static class GroupPeersCommand
{
    public static int Run(string[] args)
    {
        var sessions = int.Parse(PairedCommand.Option(args, "--sessions") ?? "64", CultureInfo.InvariantCulture);
        Console.WriteLine("| layer | group, ns a step | ONNX Runtime int8 | float32 | best / group |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (var (input, hidden) in ((int, int)[])[(64, 128), (256, 256)])
            Console.WriteLine(Beside(input, hidden, sessions));
        Console.WriteLine();
        Console.WriteLine("| layer | cores | ns a step, all cores together | times one core |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        using var model = LstmProgram.Load(64, 128);
        var one = GroupsOnCores.Step(model, sessions, 1);
        for (var cores = 1; cores <= Environment.ProcessorCount; cores++)
        {
            var step = cores == 1 ? one : GroupsOnCores.Step(model, sessions, cores);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {model.Program.Name}, {sessions} sessions a core | {cores} | {step:F0} | {one / step:F2} |"));
        }

        return 0;
    }

    private static string Beside(int input, int hidden, int sessions)
    {
        using var model = LstmProgram.Load(input, hidden);
        using var group = model.CreateSessionGroup(sessions);
        for (var i = 0; i < sessions; i++)
            Kernels.Data.Floats(input, i).CopyTo(group[i].Input(0));
        using var int8 = new OrtStep(RecurrentGraphs.QuantizedLstm(input, hidden, sessions));
        using var float32 = new OrtStep(RecurrentGraphs.Lstm(input, hidden, sessions));
        double[] times =
        [
            .. Turns.Fastest([new("", () => group.Step()), new("", int8.Step), new("", float32.Step)]).Select(time => time / sessions),
        ];
        return string.Create(CultureInfo.InvariantCulture,
            $"| lstm-{input}-{hidden}, {sessions} sessions | {times[0]:F0} | {times[1]:F0} | {times[2]:F0} | {Math.Min(times[1], times[2]) / times[0]:F2} |");
    }
}
