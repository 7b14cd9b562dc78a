using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.KernelSweep;

/// <summary>A kernel set against the reference: same bits at every length, nothing touched outside the spans.</summary>
internal sealed class KernelSetChecks(KernelSet set)
{
    private const int Lengths = 258;

    private static readonly ReferenceKernels Reference = new();

    /// <summary>Where activations lie about zero.</summary>
    private enum Side
    {
        Both,
        Above,
        Below,
    }

    public IReadOnlyList<Check> All =>
    [
        Check.Of(set.Name, Quantisation),
        Check.Of(set.Name, Int8_products),
        Check.Of(set.Name, Linear_layers),
        Check.Of(set.Name, Linear_layers_with_long_rows),
        Check.Of(set.Name, Several_vectors_give_the_bits_of_one_by_one),
        Check.Of(set.Name, Recurrent_steps),
        Check.Of(set.Name, Attention),
        Check.Of(set.Name, Attention_without_biases),
        Check.Of(set.Name, Attention_over_more_tokens_than_one_int32_sum_holds),
        Check.Of(set.Name, Attention_with_values_of_more_than_one_pass),
        Check.Of(set.Name, Reductions_and_normalisations),
        Check.Of(set.Name, Unary_functions),
        Check.Of(set.Name, Binary_functions),
        Check.Of(set.Name, Transposition),
        Check.Of(set.Name, No_kernel_allocates),
    ];

    private void Quantisation()
    {
        for (var length = 1; length < Lengths; length++)
        {
            using var memory = new GuardedMemory();
            var data = new KernelData(length);
            foreach (var x in (float[][])[data.Floats(length), data.FloatsWithExtremes(length), new float[length],
                data.Floats(length, 1e-32f)])
            {
                var expected = new sbyte[PackedLayout.PadColumnsS8(length)];
                var actual = memory.Take<sbyte>(expected.Length);
                var guarded = memory.Copy<float>(x);
                Bits.AssertEqual([Reference.QuantizeS8(x, expected)], [set.QuantizeS8(guarded, actual)], $"scale, length {length}");
                Bits.AssertEqual<sbyte>(expected, actual, $"dynamic, length {length}");
                Reference.QuantizeS8(x, 0.01f, expected);
                set.QuantizeS8(guarded, 0.01f, actual);
                Bits.AssertEqual<sbyte>(expected, actual, $"static, length {length}");
            }
        }
    }

    private void Int8_products()
    {
        for (var columns = 1; columns < Lengths; columns++)
        {
            var rows = 1 + columns * 7 % 150;
            var vectors = 1 + columns % 3;
            using var memory = new GuardedMemory();
            var data = new KernelData(columns);
            var weights = data.PackedS8(rows, columns);
            var x = new sbyte[vectors * PackedLayout.PadColumnsS8(columns)];
            for (var vector = 0; vector < vectors; vector++)
                data.Bytes(columns, -127).CopyTo(x, vector * PackedLayout.PadColumnsS8(columns));
            var scratch = memory.Take<byte>(KernelScratch.LinearS8(columns, vectors));
            var expected = new int[rows * vectors];
            var actual = memory.Take<int>(rows * vectors);
            Reference.GemvS8S32(new MatrixS8(weights, default, default, rows, columns), x, expected, vectors, scratch);
            set.GemvS8S32(new MatrixS8(memory.Copy<sbyte>(weights), default, default, rows, columns), memory.Copy<sbyte>(x), actual,
                vectors, scratch);
            Bits.AssertEqual<int>(expected, actual, $"{rows} x {columns}");
        }
    }

    private void Linear_layers()
    {
        for (var length = 1; length < Lengths; length++)
        {
            // Lengths vary as columns, then as rows.
            CompareLinear(1 + length * 5 % 90, length, 1 + length % 2);
            CompareLinear(length, 1 + length * 3 % 40, 1 + length % 3);
        }
    }

    /// <summary>Long rows are read in another order than short ones.</summary>
    private void Linear_layers_with_long_rows()
    {
        foreach (var columns in (int[])[256, 300, 768, 1023, 2048])
        {
            CompareLinear(70, columns, 1);
            CompareLinear(35, columns, 3);
        }
    }

    private void Several_vectors_give_the_bits_of_one_by_one()
    {
        const int Rows = 70;
        const int Columns = 45;
        const int Vectors = 9;
        var data = new KernelData(1);
        var scale = data.Positive(PackedLayout.PadRows(Rows), 0.01f);
        var bias = data.Floats(PackedLayout.PadRows(Rows));
        var x = data.Floats(Vectors * Columns);
        var s8 = new MatrixS8(data.PackedS8(Rows, Columns), scale, bias, Rows, Columns);
        var f32 = new MatrixF32(data.PackedF32(Rows, Columns), bias, Rows, Columns);
        var scratch = new byte[KernelScratch.LinearS8(Columns, Vectors)];
        var together = new float[Vectors * Rows];
        var alone = new float[Vectors * Rows];

        set.LinearS8(s8, x, 0f, together, Vectors, scratch);
        for (var vector = 0; vector < Vectors; vector++)
            set.LinearS8(s8, x.AsSpan(vector * Columns, Columns), 0f, alone.AsSpan(vector * Rows, Rows), 1, scratch);
        Bits.AssertEqual(alone, together, "int8");

        set.LinearF32(f32, x, together, Vectors);
        for (var vector = 0; vector < Vectors; vector++)
            set.LinearF32(f32, x.AsSpan(vector * Columns, Columns), alone.AsSpan(vector * Rows, Rows), 1);
        Bits.AssertEqual(alone, together, "float32");
    }

    private void Recurrent_steps()
    {
        for (var length = 1; length < Lengths; length += length < 70 ? 1 : 11)
        {
            CompareRecurrent(1 + length * 3 % 50, length, length % 4 == 0);
            CompareRecurrent(length, 1 + length * 5 % 40, length % 4 == 1);
        }
    }

    private void Attention()
    {
        for (var window = 1; window < Lengths; window += window < 40 ? 1 : 13)
        {
            var kind = (AttentionBias)(window % 3);
            var softcap = window % 2 == 0 ? 0f : 5f;
            CompareAttention(1 + window * 7 % 70, 1 + window * 5 % 60, window, kind, softcap, window % 2 == 0);
        }
    }

    private void Attention_without_biases()
    {
        for (var window = 1; window < Lengths; window += window < 40 ? 3 : 13)
        {
            // Scores beyond the finite numbers too.
            var scale = window % 3 == 0 ? 3e38f : 0.3f;
            var valueSize = window % 2 == 0 ? 16 * (1 + window % 5) : 1 + window * 5 % 60;
            CompareAttention(1 + window * 7 % 70, valueSize, window, AttentionBias.None, 0f, hidesKeys: false, scale);
        }

        CompareAttention(16, 16, 2 * Lengths / 64 * 64, AttentionBias.None, 0f, hidesKeys: false);
    }

    private void Attention_over_more_tokens_than_one_int32_sum_holds() =>
        CompareAttention(4, 20, AttentionRingS8.TokensPerSum + 20, AttentionBias.None, 0f, hidesKeys: false);

    private void Attention_with_values_of_more_than_one_pass() =>
        CompareAttention(20, 300, 20, AttentionBias.None, 0f, hidesKeys: false);

    private void Reductions_and_normalisations()
    {
        for (var length = 0; length < Lengths; length++)
        {
            using var memory = new GuardedMemory();
            var data = new KernelData(length);
            foreach (var x in (float[][])[data.Floats(length), data.FloatsWithExtremes(length)])
            {
                var guarded = memory.Copy<float>(x);
                var other = memory.Copy<float>(data.Floats(length));
                Bits.AssertEqual(
                    [Reference.Sum(x), Reference.Max(x), Reference.Min(x), Reference.SumOfSquares(x), Reference.Dot(x, other)],
                    [set.Sum(guarded), set.Max(guarded), set.Min(guarded), set.SumOfSquares(guarded), set.Dot(guarded, other)],
                    $"length {length}");

                var expected = new float[length];
                var actual = memory.Take<float>(length);
                Reference.Softmax(x, expected);
                set.Softmax(guarded, actual);
                Bits.AssertEqual(expected, actual, "softmax");
                if (x.Length % 3 == 0 && x.Length > 0)
                {
                    Reference.Softmax(x, expected, x.Length / 3);
                    set.Softmax(guarded, actual, x.Length / 3);
                    Bits.AssertEqual(expected, actual, "softmax of three vectors");
                }

                Reference.LogSoftmax(x, expected);
                set.LogSoftmax(guarded, actual);
                Bits.AssertEqual(expected, actual, "log softmax");
                foreach (var (scale, bias) in (Span<(float[], float[])>)[([], []), (other.ToArray(), []), ([], other.ToArray()),
                    (other.ToArray(), x)])
                {
                    Reference.LayerNorm(x, scale, bias, 1e-5f, expected);
                    set.LayerNorm(guarded, memory.Copy<float>(scale), memory.Copy<float>(bias), 1e-5f, actual);
                    Bits.AssertEqual(expected, actual, "layer norm");
                    Reference.RmsNorm(x, scale, 1e-5f, expected);
                    set.RmsNorm(guarded, memory.Copy<float>(scale), 1e-5f, actual);
                    Bits.AssertEqual(expected, actual, "rms norm");
                }
            }
        }
    }

    private void Unary_functions()
    {
        for (var length = 0; length < Lengths; length++)
        {
            using var memory = new GuardedMemory();
            var data = new KernelData(length);
            foreach (var x in (float[][])[data.Floats(length, 20f), data.FloatsWithExtremes(length)])
            {
                var guarded = memory.Copy<float>(x);
                var expected = new float[length];
                var actual = memory.Take<float>(length);
                foreach (var function in Enum.GetValues<UnaryFunction>())
                {
                    Reference.Unary(function, x, expected, 0.25f, 0.75f);
                    set.Unary(function, guarded, actual, 0.25f, 0.75f);
                    Bits.AssertEqual(expected, actual, $"{function}");
                }
            }
        }
    }

    private void Binary_functions()
    {
        for (var length = 0; length < Lengths; length++)
        {
            using var memory = new GuardedMemory();
            var data = new KernelData(length);
            var a = data.FloatsWithExtremes(length);
            var b = data.FloatsWithExtremes(length);
            var expected = new float[length];
            var actual = memory.Take<float>(length);
            var guardedA = memory.Copy<float>(a);
            var guardedB = memory.Copy<float>(b);
            var one = memory.Copy<float>([-1.5f]);
            foreach (var function in Enum.GetValues<BinaryFunction>())
            {
                Reference.Binary(function, a, b, expected);
                set.Binary(function, guardedA, guardedB, actual);
                Bits.AssertEqual(expected, actual, $"{function}");
                Reference.Binary(function, a, one, expected);
                set.Binary(function, guardedA, one, actual);
                Bits.AssertEqual(expected, actual, $"{function} of a vector and a scalar");
                Reference.Binary(function, one, b, expected);
                set.Binary(function, one, guardedB, actual);
                Bits.AssertEqual(expected, actual, $"{function} of a scalar and a vector");
            }
        }
    }

    /// <summary>The same code for all sets.</summary>
    private void Transposition()
    {
        for (var rows = 1; rows < 40; rows++)
        {
            var columns = 1 + rows * 7 % 23;
            for (var stride = rows; stride < rows + 3; stride++)
            {
                using var memory = new GuardedMemory();
                var x = new KernelData(rows).Floats(rows * columns);
                var expected = new float[(columns - 1) * stride + rows];
                for (var i = 0; i < x.Length; i++)
                    expected[i % columns * stride + i / columns] = x[i];
                var actual = memory.Copy<float>(new float[expected.Length]);
                KernelSet.Transpose(memory.Copy<float>(x), rows, actual, stride);
                Bits.AssertEqual(expected, actual, $"{rows} x {columns}, stride {stride}");
                if (columns == 1)
                    continue;
                // Without the last column of the same rows.
                KernelSet.Transpose(memory.Copy<float>(x.AsSpan(..^1)), rows, columns - 1, columns, actual, stride);
                Bits.AssertEqual(expected, actual, $"{rows} x {columns - 1} of {columns}, stride {stride}");
            }
        }
    }

    private void No_kernel_allocates()
    {
        const int Hidden = 33;
        using var layer = new RecurrentLayer(new KernelData(3), 9, Hidden, 4, withBias: true);
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            layer.LstmS8(set, 0f);
            layer.LstmF32(set);
            set.Softmax(layer.X, layer.X);
            set.LayerNorm(layer.X, default, default, 1e-5f, layer.X);
            set.Unary(UnaryFunction.Gelu, layer.X, layer.X);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        if (allocated != 0)
            throw new DifferenceException($"{allocated} bytes allocated");
    }

    private void CompareLinear(int rows, int columns, int vectors)
    {
        using var memory = new GuardedMemory();
        var data = new KernelData(rows * 1000 + columns);
        var scale = memory.Copy<float>(data.Positive(PackedLayout.PadRows(rows), 0.01f));
        var bias = rows % 2 == 0 ? default : memory.Copy<float>(data.Floats(PackedLayout.PadRows(rows)));
        var x = memory.Copy<float>(rows % 3 == 0 ? data.FloatsWithExtremes(vectors * columns) : data.Floats(vectors * columns));
        var expected = new float[rows * vectors];
        var actual = memory.Take<float>(rows * vectors);
        var scratch = memory.Take<byte>(KernelScratch.LinearS8(columns, vectors));
        var wideScratch = memory.Take<byte>(KernelScratch.WideS8(columns, vectors));

        var s8 = new MatrixS8(memory.Copy<sbyte>(data.PackedS8(rows, columns)), scale, bias, rows, columns);
        Reference.MultiplyWideS8(s8, new Patches(x, vectors, columns), expected, wideScratch);
        set.MultiplyWideS8(s8, new Patches(x, vectors, columns), actual, wideScratch);
        Bits.AssertEqual(expected, actual, $"int8 with wide activations, {rows} x {columns}");
        foreach (var xScale in (float[])[0f, 0.02f])
        {
            Reference.LinearS8(s8, x, xScale, expected, vectors, scratch);
            set.LinearS8(s8, x, xScale, actual, vectors, scratch);
            Bits.AssertEqual(expected, actual, $"int8 {rows} x {columns}");
        }

        var shift = memory.Copy<float>(data.Floats(PackedLayout.PadRows(rows)));
        var shifted = new MatrixS8(s8.Data, scale, bias, rows, columns, shift);
        foreach (var side in (Side[])[Side.Both, Side.Above, Side.Below])
        {
            var oneSided = memory.Copy<float>(On(side, x));
            Reference.LinearS8(shifted, oneSided, 0f, expected, vectors, scratch);
            set.LinearS8(shifted, oneSided, 0f, actual, vectors, scratch);
            Bits.AssertEqual(expected, actual, $"int8 with a zero point, {side} {rows} x {columns}");
        }

        var f32 = new MatrixF32(memory.Copy<float>(data.PackedF32(rows, columns)), bias, rows, columns);
        Reference.LinearF32(f32, x, expected, vectors);
        set.LinearF32(f32, x, actual, vectors);
        Bits.AssertEqual(expected, actual, $"float32 {rows} x {columns}");
    }

    private static float[] On(Side side, ReadOnlySpan<float> x)
    {
        float[] values = [.. x];
        return side switch
        {
            Side.Above => [.. values.Select(Math.Abs)],
            Side.Below => [.. values.Select(value => -Math.Abs(value))],
            _ => values,
        };
    }

    private void CompareRecurrent(int input, int hidden, bool extreme)
    {
        foreach (var gates in (int[])[4, 3, 1])
        {
            using var expected = new RecurrentLayer(new KernelData(hidden), input, hidden, gates, hidden % 2 == 0, extreme);
            using var actual = new RecurrentLayer(new KernelData(hidden), input, hidden, gates, hidden % 2 == 0, extreme);
            foreach (var step in RecurrentLayer.Steps(gates))
            {
                expected.Reset();
                actual.Reset();
                for (var t = 0; t < 3; t++)
                {
                    step(expected, Reference);
                    step(actual, set);
                    Bits.AssertEqual(expected.H, actual.H, $"{gates} gates {input} -> {hidden}, hidden state");
                    Bits.AssertEqual(expected.C, actual.C, $"{gates} gates {input} -> {hidden}, cell state");
                    if (!expected.H.All(float.IsFinite))
                        throw new DifferenceException($"{gates} gates {input} -> {hidden}: not every hidden state is finite");
                }
            }
        }
    }

    private void CompareAttention(int keySize, int valueSize, int window, AttentionBias kind, float softcap, bool hidesKeys,
        float scale = 0.3f)
    {
        const int Heads = 2;
        const int QueryHeads = 6;
        using var memory = new GuardedMemory();
        var data = new KernelData(window);
        var s8 = new AttentionRingS8(
            memory.Copy<sbyte>(new sbyte[Heads * PackedLayout.LengthS8(window, keySize)]),
            memory.Copy<sbyte>(new sbyte[Heads * PackedLayout.LengthS8(valueSize, window)]),
            memory.Copy<float>(new float[Heads * window]), memory.Copy<float>(new float[Heads * window]), Heads, keySize, valueSize,
                window);
        var expectedRing = new AttentionRingS8(
            new sbyte[s8.Keys.Length], new sbyte[s8.Values.Length], new float[Heads * window], new float[Heads * window], Heads, keySize,
            valueSize, window);
        var f32 = new AttentionRingF32(
            memory.Copy<float>(new float[Heads * PackedLayout.LengthF32(window, keySize)]),
            memory.Copy<float>(new float[Heads * PackedLayout.LengthF32(valueSize, window)]),
            Heads, keySize, valueSize, window);
        var bias = memory.Copy<float>(data.Floats(QueryHeads * window));
        // Some keys are hidden, in some windows all of them.
        float[] hiding = [.. Enumerable.Range(0, window).Select(slot => window % 5 == 4 || slot % 3 == 1 ? -1e36f : slot % 3)];
        var keyBiases = memory.Copy<float>(hiding);
        var append = memory.Take<byte>(KernelScratch.LinearS8(Math.Max(keySize, valueSize), 2 * Heads));
        var scratchS8 = memory.Take<byte>(KernelScratch.AttentionS8(QueryHeads, keySize, window));
        var scratchF32 = memory.Take<byte>(KernelScratch.AttentionF32(window));
        var expected = new float[QueryHeads * valueSize];
        var actual = memory.Take<float>(QueryHeads * valueSize);
        for (var token = 0; token < window + 5; token++)
        {
            var slot = token % window;
            var k = data.Floats(Heads * keySize);
            var v = token == 2 ? new float[Heads * valueSize] : data.Floats(Heads * valueSize);
            Reference.AppendS8(expectedRing, slot, k, v, append);
            set.AppendS8(s8, slot, memory.Copy<float>(k), memory.Copy<float>(v), append);
            KernelSet.AppendF32(f32, slot, k, v);
            var tokens = Math.Min(token + 1, window);
            var rule = new AttentionRule
            {
                Scale = scale,
                Softcap = softcap,
                Kind = kind,
                Bias = bias,
                BiasStride = window,
                KeyBias = hidesKeys ? keyBiases[..tokens] : default,
            };
            if (token % 7 != 0 && token < window)
                continue;
            Bits.AssertEqual<sbyte>(expectedRing.Keys, s8.Keys, $"keys of {keySize}, {tokens} of {window} tokens");
            Bits.AssertEqual<sbyte>(expectedRing.Values, s8.Values, $"values of {valueSize}, {tokens} of {window} tokens");
            Bits.AssertEqual(expectedRing.KeyScale, s8.KeyScale, $"scales of keys of {keySize}, {tokens} of {window} tokens");
            Bits.AssertEqual(expectedRing.ValueScale, s8.ValueScale, $"scales of values of {valueSize}, {tokens} of {window} tokens");
            var q = memory.Copy<float>(data.Floats(QueryHeads * keySize, token % 2 == 0 ? 2f : 200f));
            Reference.AttentionS8(s8, tokens, slot, rule, q, expected, scratchS8);
            set.AttentionS8(s8, tokens, slot, rule, q, actual, scratchS8);
            Bits.AssertEqual(expected, actual, $"int8 attention, keys {keySize}, values {valueSize}, {tokens} of {window} tokens");
            Reference.AttentionF32(f32, tokens, slot, rule, q, expected, scratchF32);
            set.AttentionF32(f32, tokens, slot, rule, q, actual, scratchF32);
            Bits.AssertEqual(expected, actual, $"float32 attention, keys {keySize}, values {valueSize}, {tokens} of {window} tokens");
        }
    }
}
