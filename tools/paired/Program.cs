using EdgeSeq.Benchmarks.Paired;

return PairedCommand.Run(args, peers: null);
