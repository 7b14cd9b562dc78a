using System.Text.Json;

namespace EdgeSeq.Runtime.Program;

/// <summary>Reads the JSON form of <see cref="ProgramSpec"/>. Unknown, duplicate and missing members are errors.
/// Written by hand because serializer metadata for these records would be a sixth of the device binary.</summary>
internal static class ProgramJsonReader
{
    /// <exception cref="JsonException">The text is not a program; the message names the place.</exception>
    public static ProgramSpec Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Program(document.RootElement);
    }

    private static ProgramSpec Program(JsonElement element)
    {
        var members = new JsonMembers(element, "program");
        var program = new ProgramSpec
        {
            Format = members.OptionalInt("format") ?? ProgramSpec.CurrentFormat,
            Name = members.Text("name"),
            Mode = members.Text("mode"),
            RateHz = members.OptionalDouble("rateHz"),
            Inputs = members.Objects("inputs", Input),
            Outputs = members.Objects("outputs", Output),
            Values = members.Objects("values", Value),
            Clocks = members.Objects("clocks", Clock),
            Ops = members.Objects("ops", Op),
            StateBytes = members.Long("stateBytes"),
            ArenaBytes = members.Long("arenaBytes"),
            MaxSteps = members.OptionalLong("maxSteps"),
            Delay = members.OptionalInt("delay") ?? 0,
            InputRate = members.OptionalInt("inputRate"),
            Chunk = members.OptionalInt("chunk"),
            Decide = members.OptionalText("decide"),
            Text = members.OptionalObject("text", Text),
            SelfTest = members.OptionalObject("selfTest", SelfTest),
            Provenance = members.Object("provenance", Provenance),
            Nodes = members.OptionalObjects("nodes", Node),
            Choices = members.OptionalObjects("choices", Choice),
        };
        members.End();
        return program;
    }

    private static InputSpec Input(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var input = new InputSpec
        {
            Name = members.Text("name"),
            Value = members.Int("value"),
            Shape = members.Ints("shape"),
            Type = Type(members.Text("type"), place),
            Channels = members.OptionalTexts("channels"),
            Unit = members.OptionalText("unit"),
            Hop = members.OptionalInt("hop"),
        };
        members.End();
        return input;
    }

    private static OutputSpec Output(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var output = new OutputSpec
        {
            Name = members.Text("name"),
            Value = members.Int("value"),
            Clock = members.Int("clock"),
            Shape = members.Ints("shape"),
            Type = Type(members.Text("type"), place),
            Kind = members.Text("kind"),
            Tail = members.OptionalInt("tail"),
            Labels = members.OptionalTexts("labels"),
        };
        members.End();
        return output;
    }

    private static ValueSpec Value(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var value = new ValueSpec
        {
            Name = members.Text("name"),
            Type = Type(members.Text("type"), place),
            Shape = members.Ints("shape"),
            Place = Place(members.Text("place"), place),
            Offset = members.OptionalLong("offset") ?? 0,
            Tensor = members.OptionalText("tensor"),
            Initial = members.OptionalText("initial"),
        };
        members.End();
        return value;
    }

    private static ClockSpec Clock(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var clock = new ClockSpec { Rate = members.Int("rate"), Offset = members.Int("offset") };
        members.End();
        return clock;
    }

    private static OpSpec Op(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var op = new OpSpec
        {
            Op = members.Text("op"),
            Name = members.Text("name"),
            Clock = members.Int("clock"),
            In = members.Ints("in"),
            Out = members.Ints("out"),
            Attributes = members.OptionalObject("attributes", Attributes) ?? [],
        };
        members.End();
        return op;
    }

    /// <summary>Attributes outlive the document that they were read from.</summary>
    private static Dictionary<string, JsonElement> Attributes(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new JsonException($"{place} is not an object");
        Dictionary<string, JsonElement> attributes = [];
        foreach (var member in element.EnumerateObject())
        {
            if (!attributes.TryAdd(member.Name, member.Value.Clone()))
                throw new JsonException($"{place}.{member.Name} stands there twice");
        }

        return attributes;
    }

    private static TextSpec Text(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var text = new TextSpec
        {
            VocabTensor = members.Text("vocabTensor"),
            Unknown = members.Int("unknown"),
            Pad = members.Int("pad"),
            MaxTokens = members.Int("maxTokens"),
            Rule = members.Text("rule"),
        };
        members.End();
        return text;
    }

    private static SelfTestSpec SelfTest(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var selfTest = new SelfTestSpec { Steps = members.Int("steps") };
        members.End();
        return selfTest;
    }

    private static Provenance Provenance(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var provenance = new Provenance
        {
            OnnxFile = members.Text("onnxFile"),
            OnnxSha256 = members.Text("onnxSha256"),
            Converter = members.Text("converter"),
            Precision = members.Text("precision"),
            Calibration = members.OptionalText("calibration"),
            Options = members.OptionalText("options"),
        };
        members.End();
        return provenance;
    }

    private static NodeReport Node(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var node = new NodeReport
        {
            Name = members.Text("name"),
            OpType = members.Text("opType"),
            Became = members.Text("became"),
            Precision = members.OptionalText("precision"),
            Macs = members.OptionalLong("macs"),
            Note = members.OptionalText("note"),
        };
        members.End();
        return node;
    }

    private static ChoiceSpec Choice(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place);
        var choice = new ChoiceSpec(members.Text("about"), members.Text("chosen"), members.Text("why"));
        members.End();
        return choice;
    }

    private static ElementType Type(string name, string place) => name switch
    {
        "F32" => ElementType.F32,
        "I64" => ElementType.I64,
        "I32" => ElementType.I32,
        "I8" => ElementType.I8,
        "Bool" => ElementType.Bool,
        _ => throw new JsonException($"{place} has the unknown type '{name}'"),
    };

    private static ValuePlace Place(string name, string place) => name switch
    {
        "Constant" => ValuePlace.Constant,
        "State" => ValuePlace.State,
        "Arena" => ValuePlace.Arena,
        _ => throw new JsonException($"{place} has the unknown place '{name}'"),
    };
}
