namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The cosine transform of log-mel values, with the lifter after it: scipy.fft.dct of types 1 to 4.</summary>
/// <param name="Count">Coefficients.</param>
/// <param name="Norm">ortho; sqrt2n and ortho_all_sqrt2n: type 2 whose first coefficient is not divided by √2; none: twice the sum.</param>
internal sealed record CosineTransform(int Count, string Norm)
{
    public int Type { get; init; } = 2;

    /// <summary>[inputs, coefficients] row-major.</summary>
    public double[] Matrix(int inputs)
    {
        Require(inputs);
        var matrix = new double[inputs * Count];
        for (var j = 0; j < inputs; j++)
        {
            for (var i = 0; i < Count; i++)
                matrix[j * Count + i] = Math.Cos(Angle(i, j, inputs)) * (Norm == "none" ? Plain(j, inputs) : Scale(i, j, inputs));
        }

        return matrix;
    }

    private void Require(int inputs)
    {
        if (Count > inputs)
            throw FrontEndErrors.Invalid($"{Count} coefficients of {inputs} mel bands", $"at most {inputs}");

        if (Type is < 1 or > 4 || (Type == 1 && inputs < 2))
            throw FrontEndErrors.Invalid($"a cosine transform of type {Type}", "1 to 4");

        if (Norm is not ("ortho" or "none" or "sqrt2n" or "ortho_all_sqrt2n"))
            throw FrontEndErrors.Invalid($"there is no norm '{Norm}' of a cosine transform", "ortho, sqrt2n, ortho_all_sqrt2n or none");

        if (Norm is "sqrt2n" or "ortho_all_sqrt2n" && Type != 2)
            throw FrontEndErrors.Invalid($"a cosine transform of type {Type} and norm {Norm}", "ortho or none");
    }

    private double Angle(int i, int j, int inputs) => Math.PI * Type switch
    {
        1 => i * (double)j / (inputs - 1),
        2 => i * (j + 0.5) / inputs,
        3 => (i + 0.5) * j / inputs,
        _ => (i + 0.5) * (j + 0.5) / inputs,
    };

    private double Plain(int j, int inputs) => (Type == 1 && (j == 0 || j == inputs - 1)) || (Type == 3 && j == 0) ? 1 : 2;

    /// <summary>√(2/n), of the matrix' edges divided by √2 so that it is orthogonal.</summary>
    private double Scale(int i, int j, int inputs) => Type switch
    {
        1 => Math.Sqrt(2.0 / (inputs - 1)) * Edge(i, inputs) * Edge(j, inputs),
        2 => Math.Sqrt((i == 0 && Norm == "ortho" ? 1.0 : 2.0) / inputs),
        3 => Math.Sqrt((j == 0 ? 1.0 : 2.0) / inputs),
        _ => Math.Sqrt(2.0 / inputs),
    };

    private static double Edge(int at, int inputs) => at == 0 || at == inputs - 1 ? Math.Sqrt(0.5) : 1;
}
