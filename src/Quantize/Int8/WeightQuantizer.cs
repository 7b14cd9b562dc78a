using System.Globalization;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>Puts int8 weights and their row scales in the place of a node's float weights.</summary>
internal static class WeightQuantizer
{
    /// <param name="graph">Takes the new constants.</param>
    /// <param name="node">Changed.</param>
    /// <param name="moments">Of what the matrix multiplies, where recordings showed it.</param>
    /// <param name="shared">Codes and scales of weights that several nodes have, which are the same as long as no recordings tell the
    /// nodes apart; null: each node gets its own.</param>
    public static void Quantize(StepGraph graph, StepNode node, WeightSlot slot, SecondMoments? moments,
        Dictionary<StepValue, (StepValue Codes, StepValue Scales)>? shared = null)
    {
        var weights = node.Inputs[slot.Weights]!;
        if (!slot.IsRecurrent && node.InputScale is float scale)
            node.Attributes[slot.ActivationScale] = scale;

        if (moments is { IsEmpty: true })
            moments = null;

        if (moments is null && shared?.TryGetValue(weights, out var known) == true)
            (node.Inputs[slot.Weights], node.Inputs[slot.Scale]) = known;
        else
            Encode(graph, node, slot, weights, moments);

        if (moments is null && shared is not null)
            shared[weights] = (node.Inputs[slot.Weights]!, node.Inputs[slot.Scale]!);

        if (slot.Shift is int shift && node is { HasOneSidedInput: true, InputScale: null } && !weights.Layout!.OneMatrix)
        {
            var shifts = Shifts((sbyte[])node.Inputs[slot.Weights]!.Data!, node.Inputs[slot.Scale]!.Floats);
            node.Inputs[shift] = graph.Constant($"{weights.Name}.shift", shifts, [shifts.Length], weights.Layout.RowVector);
        }
    }

    private static void Encode(StepGraph graph, StepNode node, WeightSlot slot, StepValue weights, SecondMoments? moments)
    {
        if (StoredIntegers.Of(weights) is int[] integers)
            KeepIntegers(graph, node, slot, weights, integers);
        else
            Round(graph, node, slot, weights, moments);
    }

    /// <summary>What each row adds for a zero point of one activation step: −scale·Σ codes.</summary>
    private static float[] Shifts(ReadOnlySpan<sbyte> codes, ReadOnlySpan<float> scales)
    {
        var columns = codes.Length / scales.Length;
        var shifts = new float[scales.Length];
        for (var row = 0; row < shifts.Length; row++)
        {
            var sum = 0;
            foreach (var code in codes.Slice(row * columns, columns))
                sum += code;

            shifts[row] = -scales[row] * sum;
        }

        return shifts;
    }

    /// <summary>Rows in [-127, 127] keep the model's integers; in the others each weight gets the nearest code.</summary>
    private static void KeepIntegers(StepGraph graph, StepNode node, WeightSlot slot, StepValue weights, int[] integers)
    {
        var scales = (float[])weights.RowScales!.Clone();
        int columns = integers.Length / scales.Length, rounded = 0;
        var codes = new sbyte[integers.Length];
        for (var row = 0; row < scales.Length; row++)
        {
            var source = integers.AsSpan(row * columns, columns);
            var target = codes.AsSpan(row * columns, columns);
            if (source.ContainsAnyExceptInRange(-RowQuantizer.Largest, RowQuantizer.Largest))
            {
                scales[row] = RowQuantizer.Nearest(weights.Floats.AsSpan(row * columns, columns), scales[row], target);
                rounded++;
                continue;
            }

            for (var k = 0; k < columns; k++)
                target[k] = (sbyte)source[k];
        }

        var remark = rounded == 0
            ? "the model's own integers"
            : string.Create(CultureInfo.InvariantCulture,
            $"the model's own integers, rounded in {rounded} of {scales.Length} rows that leave [-127, 127]");
        Put(graph, node, slot, weights, codes, scales, remark);
    }

    private static void Round(StepGraph graph, StepNode node, WeightSlot slot, StepValue weights, SecondMoments? moments)
    {
        var layout = weights.Layout!;
        var correctsBias = moments is { TellMeans: true } && MultipliesOneVector(node, slot);
        var (codes, scales) = RowQuantizer.Quantize(
            weights.Floats, layout.Groups * layout.Rows, layout.Columns, moments?.Matrix(centred: correctsBias));
        Put(graph, node, slot, weights, codes, scales, weights.Remark);
        if (correctsBias)
            CorrectBias(graph, node, slot, weights, MeanError(weights.Floats, codes, scales, moments!.Means()));
    }

    private static void Put(StepGraph graph, StepNode node, WeightSlot slot, StepValue weights, sbyte[] codes, float[] scales,
        string? remark)
    {
        node.Inputs[slot.Weights] = graph.Constant($"{weights.Name}.int8", codes, weights.Shape, weights.Layout, remark: remark);
        node.Inputs[slot.Scale] = graph.Constant($"{weights.Name}.scale", scales, [scales.Length], weights.Layout!.RowVector);
    }

    /// <summary>A GRU that resets the state before its product multiplies the state by some rows and the reset state by others.</summary>
    private static bool MultipliesOneVector(StepNode node, WeightSlot slot) =>
        slot.Matrix.OneVectorIf is not { } condition || node.Int(condition) != 0;

    /// <summary>Each row's expected product with the float weights less that with the codes.</summary>
    private static float[] MeanError(float[] weights, sbyte[] codes, float[] scales, double[] means)
    {
        var errors = new float[scales.Length];
        for (var row = 0; row < errors.Length; row++)
        {
            double sum = 0;
            for (var k = 0; k < means.Length; k++)
            {
                var at = row * means.Length + k;
                sum += (weights[at] - (double)codes[at] * scales[row]) * means[k];
            }

            errors[row] = (float)sum;
        }

        return errors;
    }

    private static void CorrectBias(StepGraph graph, StepNode node, WeightSlot slot, StepValue weights, float[] errors)
    {
        var bias = node.Inputs[slot.Bias];
        var corrected = bias is null ? errors : [.. bias.Floats.Zip(errors, (value, error) => value + error)];
        node.Inputs[slot.Bias] = graph.Constant(
            $"{bias?.Name ?? weights.Name}.corrected", corrected, bias?.Shape ?? [errors.Length], bias?.Layout
            ?? weights.Layout!.RowVector);
    }
}
