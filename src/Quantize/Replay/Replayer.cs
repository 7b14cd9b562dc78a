using EdgeSeq.Device;
using EdgeSeq.Device.Sources;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>Runs recordings through a program, step by step, each from a reset session.</summary>
internal static class Replayer
{
    private const int StepsBetweenReports = 256;

    /// <param name="model">Loaded for single steps of the program.</param>
    /// <param name="recordings">What to replay.</param>
    /// <param name="afterStep">Called after every step of the program, of which an element of the recording may take several.</param>
    /// <param name="afterRecording">Called after the last step of every recording, before the session is reset.</param>
    /// <param name="progress">Steps done and steps in all, where known.</param>
    /// <exception cref="EdgeSeqException">ES0305: a step has a NaN or an infinity; what the source and the session find wrong.</exception>
    public static void Run(
        Model model, RecordingSet recordings, Action<Session> afterStep, Action? afterRecording = null,
        Action<long, long?>? progress = null)
    {
        using var source = recordings.Open(model);
        using var session = model.CreateSession();
        var inputs = new StepInputs(model.Inputs);
        long done = 0;
        var inside = false;
        for (var read = source.Read(inputs); read != SourceStep.End; read = source.Read(inputs))
        {
            if (read == SourceStep.RecordingEnd)
            {
                afterRecording?.Invoke();
                session.Reset();
                inside = false;
                continue;
            }

            RequireFinite(source, inputs, done);
            Fill(session, inputs);
            inside = true;
            for (var part = 0; part < model.InputRate; part++)
            {
                session.Step();
                afterStep(session);
            }

            if (++done % StepsBetweenReports == 0)
                progress?.Invoke(done, source.Steps);
        }

        if (inside)
            afterRecording?.Invoke();
    }

    public static void Fill(Session session, StepInputs inputs)
    {
        for (var i = 0; i < inputs.Infos.Count; i++)
        {
            if (inputs.Infos[i].Type == ElementType.F32)
                inputs.Floats(i).CopyTo(session.Input(i));
            else
                inputs.Ids(i).CopyTo(session.InputI64(i));
        }
    }

    public static void RequireFinite(ISource source, StepInputs inputs, long step)
    {
        if (inputs.FirstNonFinite() is var (input, element))
        {
            throw new EdgeSeqException(
                ErrorCodes.SampleNotFinite,
                $"{source.Name}: step {step}, input '{inputs.Infos[input].Name}', element {element} is a NaN or an infinity",
                "clean the recording first");
        }
    }
}
