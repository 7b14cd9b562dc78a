using EdgeSeq.Fuzz;
using EdgeSeq.Fuzz.Targets;
using SharpFuzz;

if (args.Length is 0 or > 2 || !FuzzTarget.All.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"usage: fuzz TARGET [FILE|FOLDER]   ({string.Join(", ", FuzzTarget.All.Keys)})");
    return 2;
}

if (args.Length == 2)
    Replay.Run(target, args[1]);
else if (Environment.GetEnvironmentVariable("__LIBFUZZER_SHM_ID") is not null)
    Fuzzer.LibFuzzer.Run(bytes => target(bytes.ToArray()));
else
    Fuzzer.OutOfProcess.Run(stream => target(Input.ReadAll(stream)));
return 0;
