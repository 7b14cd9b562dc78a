using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Runs the steps that a program's file holds and compares the bits of its outputs.</summary>
internal static class SelfTest
{
    /// <exception cref="EdgeSeqException">ES0802.</exception>
    public static SelfTestResult Run(Model model, ProgramFile file)
    {
        if (model.Program.SelfTest is not { } test)
        {
            throw new EdgeSeqException(
                ErrorCodes.SelfTestMissing, $"{file.Name}: the program has no self-test", Hints.Reconvert);
        }

        using var session = model.CreateSingleStepSession();
        for (var step = 0; step < test.Steps; step++)
        {
            for (var i = 0; i < model.Inputs.Count; i++)
            {
                var input = InputBytes(session, model, i);
                Element(file, SelfTestVerifier.InputTensor(model.Inputs[i].Name), step / model.InputRate, input.Length).CopyTo(input);
            }

            session.Step();
            if (session.LastStepRefused)
                return new SelfTestResult(false, step, Step: step);
            for (var i = 0; i < model.Outputs.Count; i++)
            {
                if (session.IsReady(i) && FirstDifference(session, model, file, i, step) is { } element)
                    return new SelfTestResult(false, step, model.Outputs[i].Name, step, element);
            }
        }

        return new SelfTestResult(true, test.Steps);
    }

    private static int? FirstDifference(Session session, Model model, ProgramFile file, int output, int step)
    {
        var info = model.Outputs[output];
        var actual = info.Type == ElementType.F32
            ? MemoryMarshal.AsBytes(session.Output(output))
            : MemoryMarshal.AsBytes(session.OutputI64(output));
        var clock = model.Program.Clocks[model.Program.Outputs[output].Clock];
        var tick = (step - clock.Offset) / clock.Rate;
        var expected = Element(file, SelfTestVerifier.OutputTensor(info.Name), tick, actual.Length);
        var same = actual.CommonPrefixLength(expected);
        return same == actual.Length ? null : same / info.Type.Size();
    }

    private static Span<byte> InputBytes(Session session, Model model, int input) =>
        model.Inputs[input].Type == ElementType.F32
            ? MemoryMarshal.AsBytes(session.Input(input))
            : MemoryMarshal.AsBytes(session.InputI64(input));

    private static ReadOnlySpan<byte> Element(ProgramFile file, string tensor, int index, int bytes) =>
        file.Bytes(file.Find(tensor)!).Slice(index * bytes, bytes);
}
