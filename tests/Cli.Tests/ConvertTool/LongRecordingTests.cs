using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

/// <summary>Long recordings need no more memory than short ones: 120 to 140 MB for 20,000 steps as for 10⁶. Keeping the 64 values of the
/// LSTM would add 64 MB here.</summary>
public sealed class LongRecordingTests : IDisposable
{
    private const int Steps = 250_000, Channels = 6;
    private const long MaxPeakBytes = 170L << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Calibration_and_verification_stay_below_170_MB()
    {
        Assert.SkipUnless(File.Exists("/proc/self/status"), "reads the peak memory from /proc");
        var random = new Random(1);
        var data = _folder.Write("data.npy",
            NpyBytes.OfFloats([.. Enumerable.Range(0, Steps * Channels).Select(_ => random.NextSingle() * 2 - 1)], Steps, Channels));
        var program = _folder.File("out.eseq");

        var calibration = PeakBytes("convert", Programs.ActivityModel, "-o", program, "--calibrate", data);
        var verification = PeakBytes("verify", Programs.ActivityModel, program, "--data", data);

        Assert.InRange(calibration, 1, MaxPeakBytes);
        Assert.InRange(verification, 1, MaxPeakBytes);
    }

    /// <summary>Runs the converter; the kernel keeps the peak of a process until it is gone, so it is read as long as it lives.</summary>
    private static long PeakBytes(params string[] arguments)
    {
        using var process = ToolProcess.Start("edgeseq-convert", arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
            peak = Math.Max(peak, PeakBytes(process));
        Assert.True(process.ExitCode == 0, $"{output.Result}{error.Result}");
        return peak;
    }

    private static long PeakBytes(Process process)
    {
        const string Label = "VmHWM:";
        try
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status")
                .FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal));
            return line is null ? 0
                : 1024 * long.Parse(line[Label.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
