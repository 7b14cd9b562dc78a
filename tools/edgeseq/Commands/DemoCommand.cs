using EdgeSeq.Tool.Arguments;

namespace EdgeSeq.Tool.Commands;

internal static class DemoCommand
{
    public static CommandDefinition Definition { get; } = new("demo", "Watch a model recognise activities of a simulated motion sensor", TakesProgram: false, [], _ => 0);
}
