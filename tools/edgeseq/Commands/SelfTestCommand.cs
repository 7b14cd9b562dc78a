using System.CommandLine;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq selftest PROGRAM</c>: does this machine give the bits that the converter recorded?</summary>
internal static class SelfTestCommand
{
    public static Command Create()
    {
        var program = Arguments.Program();
        var command = new GuidedCommand("selftest", "Check that this machine gives exactly the outputs recorded in the program")
        {
            program,
        };
        command.AddExample("selftest mine.eseq", "Exit code 0 where every bit is as it was when the program was made");
        command.SetAction(result => Run(result.GetValue(program)!));
        return command;
    }

    private static int Run(string path)
    {
        using var model = Model.Load(path);
        var result = model.SelfTest();
        if (!result.Passed)
        {
            throw new EdgeSeqException(
                ErrorCodes.SelfTestFailed,
                $"{path}: output '{result.Output}' differs at step {result.Step}, element {result.Element} ({model.Isa})",
                "copy the program again; if it stays, the kernels of this instruction set are wrong: please report it");
        }

        Console.Out.WriteLine($"{path}: {result.Steps} steps, every output bit as recorded ({model.Isa})");
        return (int)ExitCode.Ok;
    }
}
