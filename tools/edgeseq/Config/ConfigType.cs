namespace EdgeSeq.Tool.Config;

/// <summary>What a value in a file of options is.</summary>
internal enum ConfigType
{
    Text,
    Whole,
    Number,
    Boolean,

    /// <summary>What no option takes: a table, a date, null, a list in a list.</summary>
    Other,
}
