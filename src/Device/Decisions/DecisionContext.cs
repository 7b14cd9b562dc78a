using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Decisions;

/// <summary>What decisions must know about the program and the source.</summary>
public sealed record DecisionContext
{
    public required IReadOnlyList<InputInfo> Inputs { get; init; }

    public required IReadOnlyList<OutputInfo> Outputs { get; init; }

    /// <summary>The program runs over windows: an output then speaks of the newest steps of its window.</summary>
    public bool IsWindowed { get; init; }

    /// <summary>New samples of the source a step.</summary>
    public int SamplesPerStep { get; init; } = 1;

    /// <summary>Steps a second, where known.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>Samples a second, where known.</summary>
    public double? SamplesPerSecond => StepsPerSecond * SamplesPerStep;

    /// <summary>Of a program whose outputs are taken as its steps give them.</summary>
    /// <param name="model">The program.</param>
    /// <param name="samplesPerStep">New samples of the source a step.</param>
    /// <param name="stepsPerSecond">Of the run, where known; else the program's own.</param>
    public static DecisionContext Of(Model model, int samplesPerStep, double? stepsPerSecond) => new()
    {
        Inputs = model.Inputs,
        Outputs = model.Outputs,
        IsWindowed = model.Program.Mode == "window",
        SamplesPerStep = samplesPerStep,
        StepsPerSecond = stepsPerSecond ?? model.RateHz,
    };

    /// <summary>Of a program whose outputs are taken element by element along time, whatever its chunk.</summary>
    /// <param name="model">The program.</param>
    /// <param name="samplesPerElement">New samples of the source an element.</param>
    /// <param name="elementsPerSecond">Of the run, where known; else the program's own.</param>
    public static DecisionContext OfElements(Model model, int samplesPerElement, double? elementsPerSecond) =>
        Of(model, samplesPerElement, elementsPerSecond ?? model.RateHz * model.Chunk) with
        {
            Inputs = model.ElementInputs,
            Outputs = model.ElementOutputs,
        };
}
