using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Program;

/// <summary>Verifies that a program's self-test has the tensors it needs, and names them.</summary>
internal static class SelfTestVerifier
{
    public static string InputTensor(string input) => "selftest.in." + input;

    public static string OutputTensor(string output) => "selftest.out." + output;

    /// <summary>Elements of an input that so many steps take.</summary>
    public static int InputsIn(ProgramSpec program, int steps) => (steps - 1) / (program.InputRate ?? 1) + 1;

    /// <exception cref="EdgeSeqException">ES0115.</exception>
    public static void Verify(ProgramFile file, LoadedValue[] values)
    {
        var program = file.Program;
        if (program.SelfTest is not { } test)
            return;
        if (test.Steps < 1 || test.Steps > program.MaxSteps)
            throw Error(file, $"{test.Steps} steps are not 1 to {program.MaxSteps}");
        foreach (var input in program.Inputs)
            Require(file, InputTensor(input.Name), values[input.Value], InputsIn(program, test.Steps));
        foreach (var output in program.Outputs)
            Require(file, OutputTensor(output.Name), values[output.Value], program.Clocks[output.Clock].TicksIn(test.Steps));
    }

    private static void Require(ProgramFile file, string tensor, LoadedValue value, long count)
    {
        if (count == 0)
            return;
        var entry = file.Find(tensor) ?? throw Error(file, $"there is no tensor '{tensor}'");
        if (entry.Dtype != value.Type.Dtype() || entry.Bytes % count != 0 || entry.Bytes / count != value.Bytes)
        {
            throw Error(file,
                $"tensor '{tensor}' is {entry.Dtype} [{string.Join(',', entry.Shape)}], not {count} × {value.Length} {value.Type.Dtype()}");
        }
    }

    private static EdgeSeqException Error(ProgramFile file, string problem) =>
        new(ErrorCodes.SelfTestInvalid, $"{file.Name}: {problem}", Hints.Reconvert);
}
