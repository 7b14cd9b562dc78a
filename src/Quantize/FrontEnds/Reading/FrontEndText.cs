namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>What users type after <c>--front-end</c>: calls with <c>|</c> between them, a preset, or a JSON file.</summary>
internal static class FrontEndText
{
    public static FrontEnd Read(string text)
    {
        if (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return ChainReader.Read(text);

        var context = new CallContext();
        var stages = new List<FrontEndStage>();
        foreach (var part in CallText.Split(text, '|'))
        {
            var call = CallText.Parse(part);
            var definition = FrontEndCatalog.Find(call.Name);
            stages.AddRange(definition.Create(call, context));
            call.Finish(definition.Places);
        }

        return stages.Count == 0 ? throw FrontEndErrors.Invalid("nothing is named", "a preset such as whisper, or log-mel(…)")
            : new FrontEnd(text, stages, context.Channels, context.InputHz) { Notes = context.Notes };
    }
}
