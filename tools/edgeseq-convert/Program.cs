using EdgeSeq.ConvertTool;

return Supervisor.Run(args);
