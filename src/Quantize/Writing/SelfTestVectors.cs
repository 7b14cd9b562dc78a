using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Writing;

/// <summary>Runs a program on a fixed sequence of inputs and records what it gives: any machine must repeat it bit for bit.</summary>
internal static class SelfTestVectors
{
    /// <param name="model">Loaded for single steps.</param>
    /// <exception cref="EdgeSeqException">ES0415: the model has no finite state on noise.</exception>
    public static List<FileTensor> Of(Model model, int steps) =>
        Of(model, steps, isSigned: true) ?? Of(model, steps, isSigned: false) ?? throw new EdgeSeqException(ErrorCodes.StepsDiffer,
            $"within {steps} steps of noise the model has no finite state", "export a model whose state stays finite");

    /// <summary>Null where a step is refused.</summary>
    private static List<FileTensor>? Of(Model model, int steps, bool isSigned)
    {
        using var session = model.CreateSession();
        var inputs = model.Inputs.Select(input => new List<byte>()).ToArray();
        var outputs = model.Outputs.Select(output => new List<byte>()).ToArray();
        var random = new Random(1);
        for (var step = 0; step < steps; step++)
        {
            var takesInputs = step % model.InputRate == 0;
            for (var i = 0; takesInputs && i < inputs.Length; i++)
                WriteInput(session, model.Inputs[i], i, random);

            if (!isSigned)
                Magnitudes(session, model);

            // A model that takes logarithms has a state for inputs of one sign only.
            if (session.Step().IsRefused && (model.InputRate > 1 || Magnitudes(session, model).Step().IsRefused))
                return null;

            for (var i = 0; takesInputs && i < inputs.Length; i++)
                inputs[i].AddRange(ReadInput(session, model.Inputs[i], i));

            for (var o = 0; o < outputs.Length; o++)
            {
                if (session.IsReady(o))
                    outputs[o].AddRange(ReadOutput(session, model.Outputs[o], o));
            }
        }

        return
        [
            .. model.Inputs.Select((input, i) => Tensor($"selftest.in.{input.Name}", input.Type, input.Shape, input.Length, inputs[i])),
            .. model.Outputs.Select((output, o) =>
                Tensor($"selftest.out.{output.Name}", output.Type, output.Shape, output.Length, outputs[o])).Where(t => t.Bytes.Length > 0),
        ];
    }

    private static void WriteInput(Session session, InputInfo input, int index, Random random)
    {
        if (input.Type == ElementType.I64)
        {
            // Ids that every table has.
            session.InputI64(index).Clear();
            return;
        }

        foreach (ref var value in session.Input(index))
            value = (float)(random.NextDouble() * 4 - 2);
    }

    private static Session Magnitudes(Session session, Model model)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type != ElementType.F32)
                continue;

            foreach (ref var value in session.Input(i))
                value = Math.Abs(value);
        }

        return session;
    }

    private static byte[] ReadInput(Session session, InputInfo input, int index) => input.Type == ElementType.I64
        ? MemoryMarshal.AsBytes(session.InputI64(index)).ToArray()
        : MemoryMarshal.AsBytes(session.Input(index)).ToArray();

    private static byte[] ReadOutput(Session session, OutputInfo output, int index) => output.Type == ElementType.I64
        ? MemoryMarshal.AsBytes(session.OutputI64(index)).ToArray()
        : MemoryMarshal.AsBytes(session.Output(index)).ToArray();

    private static FileTensor Tensor(string name, ElementType type, IReadOnlyList<int> shape, int length, List<byte> bytes)
    {
        var count = bytes.Count / (length * type.Size());
        return new FileTensor(name, type.Dtype(), [count, .. shape], [.. bytes]);
    }
}
