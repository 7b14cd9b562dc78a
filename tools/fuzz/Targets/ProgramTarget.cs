using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fuzz.Targets;

/// <summary>Loads a program and, where it loads, steps it, saves it and restores it.</summary>
internal static class ProgramTarget
{
    private const long MemoryLimit = 64 << 20;
    private const int Steps = 3;

    public static void Run(byte[] file)
    {
        using var model = Model.Load(file, "fuzz.eseq", MemoryLimit);
        using var session = model.CreateSession();
        for (var step = 0; step < Steps; step++)
        {
            Fill(model, session, step);
            session.Step();
        }

        var saved = new MemoryStream();
        session.Save(saved);
        saved.Position = 0;
        session.Reset();
        session.Restore(saved);
        foreach (var op in model.Program.Ops)
        {
            OpCost.Macs(op);
            OpCost.Precision(op, model.Program.Values);
        }
    }

    private static void Fill(Model model, Session session, int step)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type == ElementType.F32)
                session.Input(i).Fill(step - 1.5f);
            else
                session.InputI64(i).Fill(step);
        }
    }
}
