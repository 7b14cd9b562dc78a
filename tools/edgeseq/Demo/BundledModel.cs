using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Demo;

/// <summary>The activity program inside edgeseq itself. models/activity tells how it was made.</summary>
internal static class BundledModel
{
    private const string Resource = "activity.eseq";

    public static Model Load()
    {
        using var stream = typeof(BundledModel).Assembly.GetManifestResourceStream(Resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Model.Load(bytes, Resource);
    }
}
