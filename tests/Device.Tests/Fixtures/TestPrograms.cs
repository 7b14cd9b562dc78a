using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Small programs for the device layer to run.</summary>
internal static class TestPrograms
{
    /// <summary>x [2] → y = x of the step before (0 at first), with the labels "left" and "right".</summary>
    public static Model Delay() => Model.Load(DelayFile(1, "left", "right"), "test.eseq");

    /// <summary>The file of a program x [2] → y = x of so many steps before (0 at first), with labels.</summary>
    public static byte[] DelayFile(int steps, params string[] labels)
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 2);
        var ring = program.State<float>(steps, 2);
        var y = program.Arena<float>(2);
        program.Op("Delay", [x, ring], [y], ("size", 2), ("count", steps));
        program.Output<float>("y", y, 0, 2);
        return WithLabels(program, labels);
    }

    /// <summary>x [2] → y = x at every second step, from the second on.</summary>
    public static Model EverySecond()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 2);
        var ring = program.State<float>(1, 2);
        var y = program.Arena<float>(2);
        var clock = program.Clock(2, 1);
        program.Op("Push", [x, ring], [], ("size", 2), ("length", 1));
        program.OpAt(clock, "Window", [-1, ring], [y], ("outer", 1), ("length", 1), ("inner", 2), ("push", 0), ("inputRate", 1),
            ("inputOffset", 0));
        program.Output<float>("y", y, clock, 2);
        return program.Load();
    }

    /// <summary>x [2] → y = x of the step after, 9 behind the end of a recording.</summary>
    public static Model Ahead()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 2);
        var y = program.Arena<float>(2);
        program.Op("AfterEnd", [x], [y], ("size", 2), ("after", 0), ("value", 9f));
        program.Output<float>("y", y, program.Clock(1, 1), 2);
        program.Tail(1);
        return program.Load();
    }

    /// <summary>x [1] → y = the sum of all x so far.</summary>
    public static Model Sum()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var y = program.Arena<float>(1);
        program.Op("Running", [x, program.State<float>(2, 1)], [y], ("size", 1), ("fn", "Sum"));
        program.Output<float>("y", y, 0, 1);
        return program.Load();
    }

    /// <summary>Two inputs a [1] and b [2], two outputs of the same names: the inputs of the step before.</summary>
    public static Model TwoPorts()
    {
        var program = new ProgramBuilder();
        foreach (var (name, size) in new[] { ("a", 1), ("b", 2) })
        {
            var x = program.Input<float>(name, size);
            var ring = program.State<float>(1, size);
            var y = program.Arena<float>(size);
            program.Op("Delay", [x, ring], [y], ("size", size), ("count", 1));
            program.Output<float>(name, y, 0, size);
        }

        return program.Load();
    }

    private static byte[] WithLabels(ProgramBuilder program, params string[] labels)
    {
        var tree = program.Program();
        tree["outputs"]![0]!["labels"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]);
        return program.Build(tree.ToJsonString());
    }
}
