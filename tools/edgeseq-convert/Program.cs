using EdgeSeq.ConvertTool;

return CommandLine.Run(args);
