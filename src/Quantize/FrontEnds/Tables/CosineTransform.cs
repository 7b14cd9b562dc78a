namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The cosine transform of log-mel values, with the lifter after it.</summary>
/// <param name="Count">Coefficients.</param>
/// <param name="Norm">ortho; sqrt2n and ortho_all_sqrt2n: the first coefficient is not divided by √2; none: twice the sum.</param>
internal sealed record CosineTransform(int Count, string Norm)
{
    /// <summary>2, or 3: its inverse, of which there is the ortho form only.</summary>
    public int Type { get; init; } = 2;

    /// <summary>[inputs, coefficients] row-major.</summary>
    public double[] Matrix(int inputs)
    {
        if (Count > inputs)
            throw FrontEndErrors.Invalid($"{Count} coefficients of {inputs} mel bands", $"at most {inputs}");

        if (Type is not (2 or 3) || (Type == 3 && Norm != "ortho"))
            throw FrontEndErrors.Invalid($"a cosine transform of type {Type} and norm {Norm}", "type 2, or type 3 with norm ortho");

        var matrix = new double[inputs * Count];
        for (var j = 0; j < inputs; j++)
        {
            for (var i = 0; i < Count; i++)
            {
                matrix[j * Count + i] = Type == 2 ? Math.Cos(Math.PI * i * (j + 0.5) / inputs) * Scale(i, inputs)
                    : Math.Cos(Math.PI * j * (i + 0.5) / inputs) * Scale(j, inputs);
            }
        }

        return matrix;
    }

    private double Scale(int i, int inputs) => Norm switch
    {
        "ortho" => Math.Sqrt((i == 0 ? 1.0 : 2.0) / inputs),
        "sqrt2n" or "ortho_all_sqrt2n" => Math.Sqrt(2.0 / inputs),
        "none" => 2,
        _ => throw FrontEndErrors.Invalid($"there is no norm '{Norm}' of a cosine transform", "ortho, sqrt2n, ortho_all_sqrt2n or none"),
    };
}
