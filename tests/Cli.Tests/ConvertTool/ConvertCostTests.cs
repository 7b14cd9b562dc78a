using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

/// <summary>What a conversion without recordings takes. Processor time counts, since others may use the machine too; the margins are wide:
/// docs/models.md has what was measured.</summary>
public sealed class ConvertCostTests : IDisposable
{
    private const double MostSeconds = 20, MostMegabytes = 300;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Half_a_megabyte_takes_few_seconds_and_little_memory_and_gives_the_same_bytes_again()
    {
        var model = Path.Combine(Repository.Root, "models", "reference", "har_attn.onnx");
        Assert.Equal(Convert(model, "first.eseq"), Convert(model, "second.eseq"));
    }

    /// <summary>557 ops of which the precision of many is tried one by one; a vocabulary whose outputs are long.</summary>
    [SharedTheory]
    [InlineData("ulunas_stream_simple.onnx")]
    [InlineData("keras_text_lstm_fa.onnx")]
    public void A_megabyte_takes_few_seconds_and_little_memory(string model) =>
        Assert.NotEmpty(Convert(Path.Combine(Repository.Shared, "real", model), "out.eseq"));

    private byte[] Convert(string model, string output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        using var process = ToolProcess.Start("edgeseq-convert", ["convert", model, "-o", _folder.File(output)]);
        var text = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var (seconds, megabytes) = (0.0, 0.0);
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(10)))
        {
            if (ToolProcess.WorkerOf(process.Id) is int worker)
                (seconds, megabytes) = Taken(worker) ?? (seconds, megabytes);
        }

        Assert.True(process.ExitCode == 0, text.Result + errors.Result);
        Assert.InRange(megabytes, 1, MostMegabytes);
        Assert.InRange(seconds, 0.1, MostSeconds);
        return File.ReadAllBytes(_folder.File(output));
    }

    /// <summary>Processor time and peak memory of a process so far; null where it has ended.</summary>
    private static (double Seconds, double Megabytes)? Taken(int process)
    {
        try
        {
            var peak = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            using var worker = Process.GetProcessById(process);
            return peak is null ? null : (worker.TotalProcessorTime.TotalSeconds, Kilobytes(peak) / 1000);
        }
        catch (Exception ended) when (ended is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static double Kilobytes(string line) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1.024;
}
