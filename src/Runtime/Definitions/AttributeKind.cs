namespace EdgeSeq.Runtime.Definitions;

/// <summary>What an attribute is in a program file.</summary>
public enum AttributeKind
{
    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>One of a few names.</summary>
    Choice,

    /// <summary>A list of whole numbers.</summary>
    Wholes,

    /// <summary>A list of finite numbers.</summary>
    Numbers,

    /// <summary>A list of names.</summary>
    Choices,

    /// <summary>A number that is an element of the output, whatever its type.</summary>
    Element,
}
