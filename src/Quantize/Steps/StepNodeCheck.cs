using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps;

/// <summary>Compares a node with the definition of its op, so that a wrong call fails where it is made and not on the device.</summary>
internal static class StepNodeCheck
{
    /// <returns>The op's definition.</returns>
    /// <exception cref="ArgumentException">The node does not fit it.</exception>
    public static OpDefinition Definition(
        string op, string name, StepValue?[] inputs, StepValue?[] outputs, IReadOnlyDictionary<string, object> attributes)
    {
        var definition = OpDefinitions.Find(op) ?? throw new ArgumentException($"Node '{name}': there is no step op '{op}'.");
        var problem = Problems(definition, inputs, outputs, attributes).FirstOrDefault();
        return problem is null ? definition : throw new ArgumentException($"Node '{name}' (step op {op}): {problem}.");
    }

    private static IEnumerable<string> Problems(
        OpDefinition op, StepValue?[] inputs, StepValue?[] outputs, IReadOnlyDictionary<string, object> attributes) =>
        OperandProblems("input", op.Inputs, inputs)
            .Concat(OperandProblems("output", op.Outputs, outputs))
            .Concat(PlaceProblems(op, inputs, outputs))
            .Concat(HasEmpty(inputs) || HasEmpty(outputs) ? [] : AttributeProblems(op, attributes));

    /// <summary>Tensors without elements, whose shapes no attribute can hold, are refused with the program as a whole.</summary>
    private static bool HasEmpty(StepValue?[] values) => values.Any(value => value?.Length == 0);

    private static IEnumerable<string> OperandProblems(string kind, IReadOnlyList<OperandDefinition> defined, StepValue?[] given)
    {
        if (given.Length > defined.Count)
            yield return $"{given.Length} {kind}s are given, it has {defined.Count}";
        for (var i = 0; i < defined.Count; i++)
        {
            if (given.ElementAtOrDefault(i) is not { } value)
            {
                if (!defined[i].IsOptional)
                    yield return $"{kind} {defined[i].Name} is missing";
            }
            else if (!defined[i].Types.Contains(value.Root.Type))
            {
                yield return $"{kind} {defined[i].Name} is {value}, not {string.Join(" or ", defined[i].Types)}";
            }
        }
    }

    private static IEnumerable<string> PlaceProblems(OpDefinition op, StepValue?[] inputs, StepValue?[] outputs)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (op.Inputs[i].Role == OperandRole.State && inputs[i] is { Place: not ValuePlace.State } value)
                yield return $"input {op.Inputs[i].Name} is {value}, not a state";
        }

        foreach (var output in outputs.OfType<StepValue>())
        {
            if (output.Place == ValuePlace.Constant)
                yield return $"output {output} is a constant";
            var overwritten = Array.FindIndex(inputs, input => input?.Root == output.Root);
            if (overwritten >= 0 && op.Inputs[overwritten].Role != OperandRole.Start && !op.Is(OpTraits.InPlace))
                yield return $"output {output} is input {op.Inputs[overwritten].Name} too";
        }
    }

    private static IEnumerable<string> AttributeProblems(OpDefinition op, IReadOnlyDictionary<string, object> given)
    {
        foreach (var (name, value) in given)
        {
            if (op.FindAttribute(name) is not { } attribute)
                yield return $"attribute '{name}' is not known";
            else if (attribute.Problem(value) is { } problem)
                yield return $"attribute '{name}' {problem}";
        }

        foreach (var attribute in op.Attributes.Where(attribute => attribute.IsRequired && !given.ContainsKey(attribute.Name)))
            yield return $"attribute '{attribute.Name}' is missing";
    }
}
