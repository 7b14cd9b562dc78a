using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Writes small program files by hand, independently of the converter's writer. Everything is open for a test to break:
/// the JSON trees before the checksum, the bytes after.</summary>
internal sealed class ProgramBuilder
{
    private readonly List<(string Name, string Dtype, int[] Shape, byte[] Data)> _tensors = [];
    private readonly JsonArray _values = [];
    private readonly JsonArray _inputs = [];
    private readonly JsonArray _outputs = [];
    private readonly JsonArray _clocks = [new JsonObject { ["rate"] = 1, ["offset"] = 0 }];
    private readonly JsonArray _ops = [];
    private long _stateBytes = 64;
    private long _arenaBytes;

    public long? MaxSteps { get; init; }

    public int? SelfTestSteps { get; init; }

    /// <summary>Values so far.</summary>
    public int ValueCount => _values.Count;

    public static JsonArray List(params int[] numbers) => [.. numbers.Select(n => (JsonNode)n)];

    public static JsonArray List(params float[] numbers) => [.. numbers.Select(n => (JsonNode)n)];

    public static JsonArray List(params string[] texts) => [.. texts.Select(n => (JsonNode)n)];

    public void Tensor<T>(string name, T[] data, params int[] shape)
        where T : unmanaged =>
        _tensors.Add((name, Dtype<T>(), shape, MemoryMarshal.AsBytes<T>(data).ToArray()));

    public int Constant<T>(T[] data, params int[] shape)
        where T : unmanaged
    {
        var tensor = $"constant.{_values.Count}";
        Tensor(tensor, data, shape.Length == 0 ? [data.Length] : shape);
        return Value<T>("Constant", 0, shape.Length == 0 ? [data.Length] : shape, v => v["tensor"] = tensor);
    }

    public int State<T>(params int[] shape)
        where T : unmanaged
    {
        var value = Value<T>("State", _stateBytes, shape);
        _stateBytes += Align(Bytes<T>(shape));
        return value;
    }

    public int State<T>(T[] initial, params int[] shape)
        where T : unmanaged
    {
        var tensor = $"initial.{_values.Count}";
        Tensor(tensor, initial, shape);
        var value = Value<T>("State", _stateBytes, shape, v => v["initial"] = tensor);
        _stateBytes += Align(Bytes<T>(shape));
        return value;
    }

    public int Arena<T>(params int[] shape)
        where T : unmanaged
    {
        var value = Value<T>("Arena", _arenaBytes, shape);
        _arenaBytes += Align(Bytes<T>(shape));
        return value;
    }

    public int Clock(int rate, int offset)
    {
        _clocks.Add(new JsonObject { ["rate"] = rate, ["offset"] = offset });
        return _clocks.Count - 1;
    }

    public int Input<T>(string name, params int[] shape)
        where T : unmanaged
    {
        var value = Arena<T>(shape);
        _inputs.Add(new JsonObject { ["name"] = name, ["value"] = value, ["shape"] = List(shape), ["type"] = Type<T>() });
        return value;
    }

    public void Output<T>(string name, int value, int clock, params int[] shape)
        where T : unmanaged =>
        _outputs.Add(new JsonObject
        {
            ["name"] = name,
            ["value"] = value,
            ["clock"] = clock,
            ["shape"] = List(shape),
            ["type"] = Type<T>(),
            ["kind"] = "stream",
        });

    /// <summary>The output added last still gives elements so many steps behind the end of a recording.</summary>
    public void Tail(int steps) => _outputs[^1]!["tail"] = steps;

    public void Op(string op, int[] inputs, int[] outputs, params (string Name, JsonNode Value)[] attributes) =>
        OpAt(0, op, inputs, outputs, attributes);

    public void OpAt(int clock, string op, int[] inputs, int[] outputs, params (string Name, JsonNode Value)[] attributes)
    {
        var tree = new JsonObject();
        foreach (var (name, value) in attributes)
            tree[name] = value;
        _ops.Add(new JsonObject
        {
            ["op"] = op,
            ["name"] = $"{op}_{_ops.Count}",
            ["clock"] = clock,
            ["in"] = List(inputs),
            ["out"] = List(outputs),
            ["attributes"] = tree,
        });
    }

    public Model Load() => Model.Load(Build(), "test.eseq");

    /// <summary>The program as JSON.</summary>
    public JsonObject Program()
    {
        var program = new JsonObject
        {
            ["format"] = ProgramSpec.CurrentFormat,
            ["name"] = "test",
            ["mode"] = "stream",
            ["inputs"] = _inputs.DeepClone(),
            ["outputs"] = _outputs.DeepClone(),
            ["values"] = _values.DeepClone(),
            ["clocks"] = _clocks.DeepClone(),
            ["ops"] = _ops.DeepClone(),
            ["stateBytes"] = _stateBytes,
            ["arenaBytes"] = _arenaBytes,
            ["delay"] = 0,
            ["provenance"] = new JsonObject
            {
                ["onnxFile"] = "test.onnx",
                ["onnxSha256"] = new string('0', 64),
                ["converter"] = "test",
                ["precision"] = "f32",
            },
        };
        if (MaxSteps is not null)
            program["maxSteps"] = MaxSteps;
        if (SelfTestSteps is not null)
            program["selfTest"] = new JsonObject { ["steps"] = SelfTestSteps };
        return program;
    }

    public byte[] Build() => Build(Program().ToJsonString());

    /// <summary>A file with this text as its program, its checksum right.</summary>
    public byte[] Build(string program)
    {
        var (entries, data) = LayOut();
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(program), .. data]);
        var header = new JsonObject
        {
            ["__metadata__"] = new JsonObject
            {
                ["edgeseq.program"] = program,
                ["edgeseq.sha256"] = Convert.ToHexStringLower(hash),
            },
        };
        foreach (var (name, entry) in entries)
            header[name] = entry;
        return File(header.ToJsonString(), data);
    }

    /// <summary>A file with this header, padded so that the data starts on a multiple of 64.</summary>
    public static byte[] File(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = Align(8 + text.Length) - 8;
        var file = new byte[8 + length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        file.AsSpan(8, (int)length).Fill((byte)' ');
        text.CopyTo(file, 8);
        data.CopyTo(file, 8 + length);
        return file;
    }

    private (List<(string Name, JsonObject Entry)> Entries, byte[] Data) LayOut()
    {
        var entries = new List<(string, JsonObject)>();
        var data = new List<byte>();
        foreach (var (name, dtype, shape, bytes) in _tensors)
        {
            entries.Add((name, Entry(dtype, shape, data.Count, bytes.Length)));
            data.AddRange(bytes);
            var padding = (int)(Align(data.Count) - data.Count);
            if (padding > 0)
                entries.Add(($"pad.{entries.Count}", Entry("U8", [padding], data.Count, padding)));
            data.AddRange(new byte[padding]);
        }

        return (entries, [.. data]);
    }

    private static JsonObject Entry(string dtype, int[] shape, int begin, int bytes) => new()
    {
        ["dtype"] = dtype,
        ["shape"] = List(shape),
        ["data_offsets"] = List(begin, begin + bytes),
    };

    private int Value<T>(string place, long offset, int[] shape, Action<JsonObject>? more = null)
    {
        var value = new JsonObject
        {
            ["name"] = $"value{_values.Count}",
            ["type"] = Type<T>(),
            ["shape"] = List(shape),
            ["place"] = place,
            ["offset"] = offset,
        };
        more?.Invoke(value);
        _values.Add(value);
        return _values.Count - 1;
    }

    private static long Bytes<T>(int[] shape)
        where T : unmanaged =>
        shape.Aggregate(1L, (product, d) => product * d) * Marshal.SizeOf<T>();

    private static long Align(long bytes) => (bytes + 63) / 64 * 64;

    private static string Type<T>() =>
        typeof(T) == typeof(float) ? "F32"
        : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(int) ? "I32"
        : typeof(T) == typeof(sbyte) ? "I8"
        : "Bool";

    private static string Dtype<T>() => Type<T>() is "Bool" ? "U8" : Type<T>();
}
