using EdgeSeq.Tool;

return CommandLine.Run(args);
