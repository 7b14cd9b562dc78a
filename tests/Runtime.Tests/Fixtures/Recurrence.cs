namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>ONNX's recurrent layers in double, as the specification writes them.</summary>
internal sealed class Recurrence(float[] w, float[] r, float[] wBias, float[] rBias, int input, int hidden)
{
    public float[]? Peephole { get; init; }

    public double Clip { get; init; } = double.MaxValue;

    public bool InputForget { get; init; }

    public bool LinearBeforeReset { get; init; }

    public Func<double, double> F { get; init; } = Sigmoid;

    public Func<double, double> G { get; init; } = Math.Tanh;

    public Func<double, double> H { get; init; } = Math.Tanh;

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public (double[] H, double[] C) Lstm(double[] x, double[] h, double[] c)
    {
        var nextH = new double[hidden];
        var nextC = new double[hidden];
        for (var u = 0; u < hidden; u++)
        {
            var i = F(Clipped(Product(0, u, x, h) + Peek(0, u, c[u])));
            var f = InputForget ? 1 - i : F(Clipped(Product(2, u, x, h) + Peek(2, u, c[u])));
            nextC[u] = (f * c[u]) + (i * G(Clipped(Product(3, u, x, h))));
            var o = F(Clipped(Product(1, u, x, h) + Peek(1, u, nextC[u])));
            nextH[u] = o * H(nextC[u]);
        }

        return (nextH, nextC);
    }

    public double[] Gru(double[] x, double[] h)
    {
        var reset = Units(u => F(Clipped(Product(1, u, x, h))));
        var resetState = h.Zip(reset, (a, b) => a * b).ToArray();
        return Units(u =>
        {
            var z = F(Clipped(Product(0, u, x, h)));
            var recurrent = LinearBeforeReset ? reset[u] * State(2, u, h) : State(2, u, resetState);
            var n = G(Clipped(Input(2, u, x) + recurrent));
            return ((1 - z) * n) + (z * h[u]);
        });
    }

    public double[] Rnn(double[] x, double[] h) => Units(u => G(Clipped(Product(0, u, x, h))));

    private double[] Units(Func<int, double> unit) => [.. Enumerable.Range(0, hidden).Select(unit)];

    private double Product(int gate, int unit, double[] x, double[] h) => Input(gate, unit, x) + State(gate, unit, h);

    private double Input(int gate, int unit, double[] x) =>
        wBias[(gate * hidden) + unit] + x.Select((v, k) => v * w[(((gate * hidden) + unit) * input) + k]).Sum();

    private double State(int gate, int unit, double[] h) =>
        rBias[(gate * hidden) + unit] + h.Select((v, k) => v * r[(((gate * hidden) + unit) * hidden) + k]).Sum();

    private double Peek(int gate, int unit, double c) => Peephole is null ? 0 : Peephole[(gate * hidden) + unit] * c;

    private double Clipped(double x) => Math.Clamp(x, -Clip, Clip);
}
