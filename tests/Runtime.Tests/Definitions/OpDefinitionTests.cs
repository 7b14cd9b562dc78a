using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Definitions;

/// <summary>The definition of each op against what its code does.</summary>
public class OpDefinitionTests
{
    private const int StepCount = 6;

    /// <summary>Multiplications of the programs of <see cref="OpCatalogue"/> whose ops do matrix work.</summary>
    private static readonly Dictionary<string, long> Multiplications = new()
    {
        ["Attention"] = 2 * 4 * (4 + 4),
        ["Banded"] = 2 * 16 * (3 + 2),
        ["Conv"] = 3 * 12 * 2 * 4,
        ["Conv, depthwise"] = 6 * 12 * 4,
        ["ConvStep"] = 3 * 3 * 2,
        ["ConvStep, depthwise"] = 3 * 3,
        ["ConvStep, filled by a Push"] = 3 * 2 * 2,
        ["GRU"] = 3 * 5 * (3 + 5),
        ["GRU, of steps that come back"] = 3 * 5 * (3 * 3 + 6 * 5),
        ["LSTM"] = 4 * 5 * (3 + 5),
        ["LSTM, of steps that come back"] = 2 * 4 * 5 * (3 * 3 + 6 * 5),
        ["Linear"] = 2 * 3 * 4,
        ["MatMul"] = 2 * 2 * 2 * 3,
        ["RNN"] = 5 * (3 + 5),
        ["RNN, of steps that come back"] = 5 * (3 * 3 + 6 * 5),
    };

    public static TheoryData<string> Ops => [.. OpDefinitions.All.Select(op => op.Name)];

    public static TheoryData<string> Catalogue => OpCatalogue.All;

    [Fact]
    public void Every_defined_op_has_code() =>
        Assert.Equal(OpDefinitions.All.Select(op => op.Name).Order(StringComparer.Ordinal), OpRegistry.Names);

    [Theory]
    [MemberData(nameof(Ops))]
    public void An_op_reads_all_operands_and_attributes_of_its_definition(string op)
    {
        var definition = OpDefinitions.Find(op)!;
        var asked = OpCatalogue.Names.SelectMany(name => Asked(name, op)).ToHashSet();

        var operands = definition.Inputs.Concat(definition.Outputs).Select(operand => operand.Name);
        var defined = operands.Concat(definition.Attributes.Select(attribute => attribute.Name));
        Assert.Empty(defined.Except(asked));
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Operands_and_attributes_that_a_definition_refers_to_exist(string op)
    {
        var definition = OpDefinitions.Find(op)!;
        var inputs = definition.Inputs.Select(input => input.Name).ToArray();
        var attributes = definition.Attributes.Select(attribute => attribute.Name).ToArray();

        var named = definition.Inputs.Select(input => input.Scale).Concat(definition.Matrices.Select(matrix => matrix.Bias));
        Assert.Empty(named.OfType<string>().Except(inputs));
        Assert.Equal(
            definition.Inputs.Where(input => input.Role == OperandRole.Weights).Select(input => input.Name),
            definition.Matrices.Select(matrix => matrix.Weights));
        string?[] namedAttributes =
        [
            .. definition.Inputs.Select(input => input.Rows),
            .. definition.Attributes.Select(attribute => attribute.DefaultFrom),
            .. definition.Matrices.SelectMany(matrix => new[] { matrix.ActivationScale, matrix.Columns, matrix.OneVectorIf }),
            definition.WritesStatesIf,
        ];
        Assert.Empty(namedAttributes.OfType<string>().Except(attributes));
        Assert.Equal(inputs.Length, inputs.Distinct().Count());
        Assert.Equal(attributes.Length, attributes.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Defaults_are_values_that_an_attribute_can_have(string op)
    {
        foreach (var attribute in OpDefinitions.Find(op)!.Attributes)
        {
            Assert.False(attribute.IsRequired && (attribute.Default ?? attribute.DefaultFrom) is not null, attribute.Name);
            if (attribute.Default is { } value)
                Assert.Null(attribute.Problem(value));
        }
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void Multiplications_are_those_of_the_matrix_work(string name)
    {
        using var model = OpCatalogue.Program(name).Load();

        Assert.Equal(Multiplications.GetValueOrDefault(name), OpCost.Macs(Spec(model, name)));
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void An_op_that_multiplies_has_an_int8_form_or_says_why_not(string name)
    {
        var definition = OpDefinitions.Find(OpOf(name))!;

        Assert.Equal(Multiplications.ContainsKey(name) && !definition.HasInt8Form, definition.FloatOnly is not null);
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void What_an_op_without_a_state_gives_depends_on_the_tick_only_where_it_counts_ticks(string name)
    {
        var definition = OpDefinitions.Find(OpOf(name))!;
        if (definition.HasState || definition.Inputs.Any(input => input.Role == OperandRole.Start))
            return;
        using var model = OpCatalogue.Program(name).Load();
        using var session = model.CreateSession();

        var outputs = Enumerable.Range(0, StepCount).Select(_ => Driver.Step(model, session, 1)).Distinct().Count();

        Assert.Equal(definition.Is(OpTraits.CountsTicks), outputs > 1);
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void An_op_that_moves_elements_gives_those_of_its_input_or_what_its_state_held(string name)
    {
        using var model = OpCatalogue.Program(name).Load();
        if (!OpDefinitions.Find(OpOf(name))!.Is(OpTraits.MovesElements)
            || OpCost.Precision(Spec(model, name), model.Program.Values) == "int8")
        {
            return;
        }

        using var session = model.CreateSession();
        var known = new HashSet<float> { 0 };
        known.UnionWith(Floats(model, "initial.").Concat(Floats(model, "constant.")));

        for (var t = 0; t < StepCount; t++)
        {
            Driver.Step(model, session, t);
            if (model.Inputs[0].Type == ElementType.F32)
                known.UnionWith(session.Input(0).ToArray());
            Assert.Empty(session.Output(0).ToArray().Except(known));
        }
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void An_op_that_may_write_in_place_gives_the_same_bits_there(string name)
    {
        var program = OpCatalogue.Program(name).Program();
        var op = program["ops"]![0]!;
        var (x, y) = ((int?)op["in"]!.AsArray().FirstOrDefault() ?? -1, (int?)op["out"]!.AsArray().FirstOrDefault() ?? -1);
        if (!OpDefinitions.Find(OpOf(name))!.Is(OpTraits.InPlace) || !IsSameKind(program["values"]![x]!, program["values"]![y]!))
            return;
        using var model = OpCatalogue.Program(name).Load();
        op["out"]![0] = x;
        program["outputs"]![0]!["value"] = x;
        using var inPlace = Model.Load(OpCatalogue.Program(name).Build(program.ToJsonString()), "in-place.eseq");
        using var session = model.CreateSession();
        using var inPlaceSession = inPlace.CreateSession();

        Assert.Equal(Driver.Steps(model, session, 0, StepCount), Driver.Steps(inPlace, inPlaceSession, 0, StepCount));

        static bool IsSameKind(JsonNode a, JsonNode b) =>
            a["type"]!.ToString() == b["type"]!.ToString() && a["shape"]!.ToJsonString() == b["shape"]!.ToJsonString();
    }

    private static IEnumerable<float> Floats(Model model, string prefix) => model.Program.Values
        .Select(value => value.Place == ValuePlace.Constant ? value.Tensor : value.Initial)
        .Where(tensor => tensor?.StartsWith(prefix, StringComparison.Ordinal) == true)
        .Where(tensor => model.Program.Values.First(value => value.Tensor == tensor || value.Initial == tensor).Type == ElementType.F32)
        .SelectMany(tensor => MemoryMarshal.Cast<byte, float>(model.Tensor(tensor!)).ToArray());

    /// <summary>What the ops of this name in a program of the catalogue ask for.</summary>
    private static IEnumerable<string> Asked(string name, string op)
    {
        using var model = OpCatalogue.Program(name).Load();
        var readers = model.Program.Ops.Where(spec => spec.Op == op)
            .Select(spec => new OpReader("test", model.Program, model.Values, spec))
            .ToArray();
        foreach (var reader in readers)
            OpRegistry.Create(reader);
        return [.. readers.SelectMany(reader => reader.Asked)];
    }

    private static OpSpec Spec(Model model, string name) => model.Program.Ops.First(op => op.Op == OpOf(name));

    private static string OpOf(string name) => name.Split(',')[0];
}
