namespace EdgeSeq.Models.Folders;

/// <summary>How the caller of a model with integer inputs or outputs turns numbers into codes and back.</summary>
internal sealed record IntegerGrid(float Scale, int ZeroPoint, bool Signed)
{
    public float[] Codes(float[] values) =>
        [.. values.Select(x => Math.Clamp(MathF.Round(x / Scale, MidpointRounding.ToEven) + ZeroPoint, Signed ? -128 : 0, Signed ? 127 : 255))];

    public float[] Values(float[] codes) => [.. codes.Select(code => (code - ZeroPoint) * Scale)];
}
