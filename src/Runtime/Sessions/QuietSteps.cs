using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Stream;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Steps that only put their input into rings, as most steps of a program that runs on windows do: many of them in a row are one
/// copy.</summary>
internal sealed unsafe class QuietSteps
{
    private readonly Push[] _pushes;

    private QuietSteps(Push[] pushes) => _pushes = pushes;

    /// <summary>Null where what every step does is more than that.</summary>
    /// <param name="model">The session's.</param>
    /// <param name="frame">The session's.</param>
    /// <param name="input">Where the only input's value lies.</param>
    public static QuietSteps? Find(Model model, in Frame frame, byte* input)
    {
        if (Array.Exists(model.Program.Outputs, output => output.Clock == 0))
            return null;
        var pushes = new List<Push>();
        for (var op = 0; op < model.Schedule.Ops.Length; op++)
        {
            if (model.Schedule.Clocks[op] != 0)
                continue;
            if (model.Schedule.Ops[op] is not Push push || !push.Reads(frame, input))
                return null;
            pushes.Add(push);
        }

        return pushes.Count > 0 ? new QuietSteps([.. pushes]) : null;
    }

    /// <summary>Does them.</summary>
    /// <param name="frame">Of the first of them.</param>
    /// <param name="inputs">Finite, one step after the other.</param>
    public void Do(in Frame frame, ReadOnlySpan<float> inputs)
    {
        foreach (var push in _pushes)
            push.StepMany(frame, inputs);
    }
}
