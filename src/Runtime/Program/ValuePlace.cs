namespace EdgeSeq.Runtime.Program;

/// <summary>Where a value lives: in the file (read only), in the session's state (kept between steps) or in its arena (one step).</summary>
public enum ValuePlace
{
    Constant,
    State,
    Arena,
}
