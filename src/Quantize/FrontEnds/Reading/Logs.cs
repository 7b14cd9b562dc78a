using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>The logarithm that a call asks for.</summary>
internal static class Logs
{
    public static LogSpec Of(CallText call, LogSpec absent)
    {
        var log = call.Text("log") switch
        {
            null => absent,
            "none" => LogSpec.None,
            "db" or "power-db" => new LogSpec("db") { Mult = 10, Floor = 1e-10 },
            "amplitude-db" => new LogSpec("db") { Mult = 20, Floor = 1e-5 },
            "ln" => new LogSpec("ln") { Offset = 1e-6 },
            "log10" => new LogSpec("log10") { Floor = 1e-10 },
            "log1p" => new LogSpec("ln") { Offset = 1 },
            var other => throw FrontEndErrors.Invalid($"{call.Name}: log={other}", "none, db, amplitude-db, ln, log10 or log1p"),
        };
        return log with
        {
            Mult = call.Number("db_multiplier") is double mult ? log.Kind == "db" ? mult
                : throw FrontEndErrors.Invalid($"{call.Name}: db_multiplier={mult} and a logarithm that is not in dB", "log=db") : log.Mult,
            Offset = call.Number("log_offset") ?? log.Offset,
            Floor = call.NumberOrNone(log.Floor, "amin", "log_floor"),
            Reference = Reference(call) ?? log.Reference,
            TopDb = call.NumberOrNone(null, "top_db"),
        };
    }

    private static double? Reference(CallText call)
    {
        if (call.Text("ref") is not { } text)
            return null;

        return CallText.IsNumber(text, out var number) ? number : throw FrontEndErrors.NeedsRecording(
            $"ref={text}, which is a value of the recording,", "give a number: ref=1.0");
    }
}
