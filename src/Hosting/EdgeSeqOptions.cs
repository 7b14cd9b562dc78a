using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Hosting;

/// <summary>How a host keeps a model.</summary>
public sealed class EdgeSeqOptions
{
    /// <summary>The program file.</summary>
    public string Program { get; set; } = "";

    /// <summary>How often the file is looked at for a new version; null: never.</summary>
    public TimeSpan? ReloadInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What new sessions do with a NaN or an infinity.</summary>
    public NonFiniteInput NonFinite { get; set; }

    /// <summary>Most bytes that a session may need.</summary>
    public long MemoryLimit { get; set; } = Model.DefaultMemoryLimit;
}
