using System.Text;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Fuzz.Tests;

/// <summary>Files to damage, by target.</summary>
internal static class SoundFiles
{
    public static byte[][] Programs { get; } = [.. OpCatalogue.Names.Select(op => OpCatalogue.Program(op).Build()),
        Bundled("activity.eseq")];

    public static byte[][] Models { get; } =
    [
        Bundled("activity.onnx"),
        .. Enumerable.Range(0, 34).Select(i => RandomGraph.Of([i % 17, 17 + (7 * i)], ending: i % 4).ToBytes()),
    ];

    public static byte[][] Snapshots { get; } = [Snapshot()];

    public static byte[][] Csv { get; } =
        [.. new[] { "a,b,c\n1,2,3\n4,5,6\n", "1;2;3\n4;;6\n", "1\n2\n3\n4\n", "c\tb\ta\n1e3\t-2\tNaN\n" }.Select(Encoding.UTF8.GetBytes)];

    public static byte[][] Npy { get; } = [NpyFile("<f4", "(5, 3)", 60), NpyFile("<f8", "(2, 4, 3)", 192), NpyFile("<i2", "(9,)", 18),
        NpyFile("|u1", "(2, 6, 1)", 12)];

    public static byte[][] Wav { get; } = [WavFile(1, 16, 2, 40), WavFile(3, 32, 4, 40), WavFile(1, 8, 1, 11), WavFile(1, 24, 3, 30)];

    public static byte[][] Text { get; } = [Encoding.UTF8.GetBytes("A film, isn't it?\n\n(a film!)\n")];

    public static byte[][] Vocabularies { get; } =
        [Encoding.UTF8.GetBytes("""{"vocab": ["<pad>", "<unk>", "a", "film"], "unk": 1, "pad": 0, "max_len": 40}""")];

    public static byte[][] Statistics { get; } = [.. new[] { """{"mean": [0.5, 1, -2e3], "std": [1, 2, 0.001]}""",
        """{"mean": 88.3, "std": 9.9}""" }.Select(Encoding.UTF8.GetBytes)];

    private static byte[] Bundled(string name) => File.ReadAllBytes(Path.Combine(Repository.Root, "models/activity", name));

    private static byte[] Snapshot()
    {
        using var model = Model.Load(Bundled("activity.eseq"), "activity");
        using var session = model.CreateSession();
        session.Step(new float[model.Inputs[0].Length], new float[model.Outputs[0].Length]);
        var stream = new MemoryStream();
        session.Save(stream);
        return stream.ToArray();
    }

    private static byte[] NpyFile(string type, string shape, int bytes)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[bytes]];
    }

    private static byte[] WavFile(short format, short bits, short frame, int bytes) =>
    [
        .. "RIFF"u8, .. BitConverter.GetBytes(36 + bytes), .. "WAVEfmt "u8, .. BitConverter.GetBytes(16), .. BitConverter.GetBytes(format),
            1, 0,
        .. BitConverter.GetBytes(16000), .. BitConverter.GetBytes(16000 * frame), .. BitConverter.GetBytes(frame),
            .. BitConverter.GetBytes(bits),
        .. "data"u8, .. BitConverter.GetBytes(bytes), .. Enumerable.Range(0, bytes).Select(i => (byte)i),
    ];
}
