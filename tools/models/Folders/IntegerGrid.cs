namespace EdgeSeq.Models.Folders;

/// <summary>How the caller of a model with integer inputs or outputs turns numbers into codes and back.</summary>
internal sealed record IntegerGrid(float Scale, int ZeroPoint, bool Signed)
{
    public float[] Codes(float[] values)
    {
        var (low, high) = Signed ? (-128, 127) : (0, 255);
        return Array.ConvertAll(values, x => Math.Clamp(MathF.Round(x / Scale, MidpointRounding.ToEven) + ZeroPoint, low, high));
    }

    public float[] Values(float[] codes) => [.. codes.Select(code => (code - ZeroPoint) * Scale)];
}
