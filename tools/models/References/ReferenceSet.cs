using EdgeSeq.Models.Folders;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Models.References;

/// <summary>What the files beside a model say that it gives.</summary>
/// <param name="Prefixes">After every step of some recordings.</param>
/// <param name="Whole">At the end of every recording.</param>
/// <param name="Labels">The classes of <paramref name="Whole"/>; null where they are not known.</param>
internal sealed record ReferenceSet(IReadOnlyList<Pass> Prefixes, IReadOnlyList<Pass> Whole, float[]? Labels)
{
    public bool IsEmpty => Prefixes.Count == 0 && Whole.Count == 0;

    /// <param name="inputs">The program's inputs.</param>
    /// <param name="outputs">Names of its outputs.</param>
    public static ReferenceSet Of(ModelFile model, IReadOnlyList<InputInfo> inputs, IReadOnlyList<string> outputs) =>
        StartsElsewhere(model) ? new ReferenceSet([], [], null)
        : Vectors(model, inputs, outputs) is { Length: > 0 } vectors ? new ReferenceSet(vectors, [], null)
        : inputs.Count == 1 ? OfRecordings(model)
        : new ReferenceSet([], [], null);

    /// <summary>For a model of one input.</summary>
    public static ReferenceSet OfRecordings(ModelFile model)
    {
        var recordings = Recordings.Test(model);
        var (whole, labels) = WholeOf(model, recordings);
        return new ReferenceSet([.. PrefixesOf(model, recordings), .. Masked(model)], whole, labels);
    }

    /// <summary>The vectors were made from a state that is not zero, where a session does not begin.</summary>
    private static bool StartsElsewhere(ModelFile model) => model.About.States.Keys
        .Select(state => model.Beside($"in.{state}")).Any(state => state is not null && state.Row(0).Any(value => value != 0));

    /// <summary>NAME.in.INPUT.npy [calls, ..] of every input that the program takes, and NAME.out.OUTPUT.npy: each call is a step, or a
    /// recording of its own where the program takes a part of it.</summary>
    private static Pass[] Vectors(ModelFile model, IReadOnlyList<InputInfo> inputs, IReadOnlyList<string> outputs)
    {
        var given = inputs.ToDictionary(input => input.Name, input => model.Beside($"in.{input.Name}"));
        var expected = outputs.Select(name => (Name: name, Array: model.Beside($"out.{name}")
            ?? (outputs.Count == 1 ? model.Beside("out") : null))).Where(pair => pair.Array is not null).ToArray();
        if (inputs.Count == 0 || given.Values.Any(array => array is null) || expected.Length == 0)
            return [];

        if (inputs.All(input => given[input.Name]!.RowLength != input.Length))
        {
            var along = inputs.ToDictionary(input => input.Name, input => given[input.Name]!.WithRowsAlong(input.Length));
            return along.Values.Any(calls => calls is null) ? []
                : [.. Enumerable.Range(0, along.Values.Min(calls => calls!.Rows)).Select(i => new Pass(
                    along.ToDictionary(pair => pair.Key, pair => pair.Value!.Row(i)),
                    along[inputs[0].Name]!.RowLength / inputs[0].Length,
                    [.. expected.Select(pair => new Expected(pair.Name, [pair.Array!.Row(i)], LastOnly: true))]))];
        }

        return inputs.Any(input => given[input.Name]!.RowLength != input.Length) ? []
            : [new Pass(given.ToDictionary(pair => pair.Key, pair => pair.Value!.Values), given.Values.Min(array => array!.Rows),
                [.. expected.Select(pair => new Expected(pair.Name, Rows(pair.Array!)))])];
    }

    /// <summary>NAME.steps.npy [recordings, steps, ..]: what was meant (keras_steps, float_steps) before what the file gives.</summary>
    private static IEnumerable<Pass> PrefixesOf(ModelFile model, Recordings? recordings)
    {
        var steps = model.Beside("keras_steps") ?? model.Beside("float_steps") ?? model.Beside("steps");
        var own = model.Beside("in")?.Ordered(model.About.BatchAxis, model.About.TimeAxis);
        if (steps is null || (own is null && (recordings is null || model.About.StepsWindows is null)))
            yield break;

        for (var i = 0; i < steps.Rows; i++)
        {
            if (own is not null && i >= own.Rows)
                break;

            var input = own is not null ? own.Row(i) : recordings![model.About.StepsWindows![i]];
            var length = own?.Shape[1] ?? StepsOf(input, model);
            var rows = steps.Row(i).Chunk(steps.RowLength / steps.Shape[1]).ToArray();
            yield return Pass.Of(input, length, [new Expected(null, rows), .. Further(model, i)]);
        }
    }

    /// <summary>NAME.steps_OUTPUT.npy: the same for another output.</summary>
    private static IEnumerable<Expected> Further(ModelFile model, int recording) =>
        model.About.Outputs.Select(name => (name, Array: model.Beside($"steps_{name}"))).Where(pair => pair.Array is not null)
            .Select(pair => new Expected(pair.name,
                pair.Array!.Row(recording).Chunk(pair.Array.RowLength / pair.Array.Shape[1]).ToArray()));

    /// <summary>NAME.masked_in.npy and what the model gives at its end.</summary>
    private static IEnumerable<Pass> Masked(ModelFile model) =>
        model.Beside("masked_in") is { } given && model.Beside("masked_out") is { } expected
            ? Enumerable.Range(0, given.Rows).Select(i => Pass.Of(given.Row(i), given.Shape[1], Expected.Last(expected.Row(i))))
            : [];

    private static (Pass[] Passes, float[]? Labels) WholeOf(ModelFile model, Recordings? recordings)
    {
        // Without its state kept, the file's last call says nothing of the stream that is meant.
        if (recordings is null || model.Beside("test_out") is not { } expected || model.Beside("keras_steps") is not null)
            return ([], null);

        var count = Math.Min(expected.Rows, recordings.Count);
        Pass[] passes = [.. Enumerable.Range(0, count)
            .Select(i => Pass.Of(recordings[i], StepsOf(recordings[i], model), Expected.Last(expected.Row(i))))];
        var hasClasses = model.About.Task != "text_lm" && recordings.Labels is not null;
        return (passes, hasClasses ? recordings.Labels![..count] : null);
    }

    private static int StepsOf(float[] input, ModelFile model) =>
        model.About.Task?.StartsWith("text", StringComparison.Ordinal) == true || model.Beside("test_in") is { Shape: [_, _] }
        ? input.Length
        : model.Beside("test_in") is { Shape: var shape } ? shape[1] : input.Length / 9;

    private static float[][] Rows(NpyArray array) => [.. Enumerable.Range(0, array.Rows).Select(array.Row)];
}
