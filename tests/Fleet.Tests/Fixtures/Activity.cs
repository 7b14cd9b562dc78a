using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Tests.Fixtures;

/// <summary>The activity model, and made-up samples for it.</summary>
internal static class Activity
{
    public const int Channels = 6;
    public const int Classes = 6;

    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "models", "activity", "activity.eseq");

    public static byte[] File { get; } = System.IO.File.ReadAllBytes(Path);

    public static Model Load() => Model.Load(File, "activity.eseq");

    /// <summary>The sample of a stream: a slow wave of its own, so that no two streams or moments are alike.</summary>
    public static float[] Sample(int stream, long sequence) =>
        [.. Enumerable.Range(0, Channels).Select(channel => MathF.Sin((stream * 1.7f) + (channel * 0.9f) + (sequence * 0.21f)))];

    public static byte[] NameOf(int stream) => Encoding.UTF8.GetBytes($"stream-{stream}");

    /// <summary>A message with samples of some streams.</summary>
    public static byte[] Message(params (int Stream, long Sequence, int Count)[] blocks)
    {
        var writer = new ArrayBufferWriter<byte>();
        SampleBatch.Begin(writer);
        foreach (var (stream, sequence, count) in blocks)
        {
            var values = Enumerable.Range(0, count).SelectMany(i => Sample(stream, sequence + i)).ToArray();
            Add(writer, stream, sequence, values);
        }

        return writer.WrittenSpan.ToArray();
    }

    public static void Add(IBufferWriter<byte> writer, int stream, long sequence, float[] values, bool resets = false) =>
        SampleBatch.Add(writer, new SampleBlock
        {
            Stream = NameOf(stream),
            Sequence = sequence,
            Time = sequence * 20_000,
            Interval = 20_000,
            Count = values.Length / Channels,
            Resets = resets,
            Values = MemoryMarshal.AsBytes(values.AsSpan()),
        });

    /// <summary>What a session alone gives for a stream's samples.</summary>
    public static float[][] Alone(Model model, int stream, long samples)
    {
        using var session = model.CreateSession();
        var outputs = new List<float[]>();
        for (var i = 0L; i < samples; i++)
        {
            var scores = new float[Classes];
            if (session.Step(Sample(stream, i), scores))
                outputs.Add(scores);
        }

        return [.. outputs];
    }
}
