using System.CommandLine;

namespace EdgeSeq.Tool.Commands;

internal static class DemoCommand
{
    public static Command Create() => new("demo", "demo");
}
