using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Feeds any model with repeatable inputs.</summary>
internal static class Driver
{
    /// <summary>Does step t and returns the bits of all outputs that it produced.</summary>
    public static string Step(Model model, Session session, int t)
    {
        Fill(model, session, t);
        session.Step();
        return Outputs(model, session);
    }

    /// <summary>Fills the inputs of step t.</summary>
    public static void Fill(Model model, Session session, int t)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type == ElementType.F32)
                Values.Random(model.Inputs[i].Length, (100 * t) + i).CopyTo(session.Input(i));
            else
                session.InputI64(i).Fill(t % 3);
        }
    }

    /// <summary>The bits of all outputs that the last step produced.</summary>
    public static string Outputs(Model model, Session session)
    {
        var outputs = new List<string>();
        for (var i = 0; i < model.Outputs.Count; i++)
        {
            if (!session.IsReady(i))
                outputs.Add("-");
            else if (model.Outputs[i].Type == ElementType.F32)
                outputs.Add(string.Join(' ', session.Output(i).ToArray().Select(BitConverter.SingleToInt32Bits)));
            else
                outputs.Add(string.Join(' ', session.OutputI64(i).ToArray()));
        }

        return string.Join('|', outputs);
    }

    public static string[] Steps(Model model, Session session, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(t => Step(model, session, t))];
}
