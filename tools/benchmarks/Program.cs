using BenchmarkDotNet.Running;
using EdgeSeq.Benchmarks.Paired;

if (args is ["paired", .. var rest])
    return PairedCommand.Run(rest);
BenchmarkSwitcher.FromAssembly(typeof(PairedCommand).Assembly).Run(args);
return 0;
