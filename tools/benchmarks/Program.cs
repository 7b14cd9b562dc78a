using BenchmarkDotNet.Running;
using EdgeSeq.Benchmarks.Curves;
using EdgeSeq.Benchmarks.FrontEnds;
using EdgeSeq.Benchmarks.Groups;
using EdgeSeq.Benchmarks.Models;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Benchmarks.Programs;
using EdgeSeq.Benchmarks.Steps;
using EdgeSeq.Benchmarks.Threads;

if (args is ["paired", .. var rest])
    return PairedCommand.Run(rest, new OrtPeers());
if (args is ["groups", .. var programs])
    return GroupCommand.Run(programs);
if (args is ["group-peers", .. var peers])
    return GroupPeersCommand.Run(peers);
if (args is ["curves", .. var curves])
    return CurvesCommand.Run(curves);
if (args is ["programs", .. var models])
    return ProgramsCommand.Run(models);
if (args is ["models", .. var folders])
    return ModelsCommand.Run(folders);
if (args is ["front-ends", .. var frontEnds])
    return FrontEndsCommand.Run(frontEnds);
if (args is ["chains", .. var chains])
    return ChainsCommand.Run(chains);
if (args is ["ops", .. var files])
    return OpsCommand.Run(files);
if (args is ["fixed-cost", .. var steps])
    return FixedCostCommand.Run(steps);
if (args is ["chunks", .. var chunks])
    return ChunksCommand.Run(chunks);
if (args is ["threads", .. var options])
    return ThreadsCommand.Run(options);
BenchmarkSwitcher.FromAssembly(typeof(PairedCommand).Assembly).Run(args);
return 0;
