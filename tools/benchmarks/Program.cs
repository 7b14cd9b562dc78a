using BenchmarkDotNet.Running;
using EdgeSeq.Benchmarks.Groups;
using EdgeSeq.Benchmarks.Paired;

if (args is ["paired", .. var rest])
    return PairedCommand.Run(rest);
if (args is ["groups", .. var programs])
    return GroupCommand.Run(programs);
BenchmarkSwitcher.FromAssembly(typeof(PairedCommand).Assembly).Run(args);
return 0;
