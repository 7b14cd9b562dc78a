namespace EdgeSeq.Runtime.Program;

/// <summary>Steps whose inputs and exact outputs the file holds as selftest.in.NAME [Steps, shape…] and
/// selftest.out.NAME [ticks, shape…].</summary>
public sealed record SelfTestSpec
{
    public required int Steps { get; init; }
}
