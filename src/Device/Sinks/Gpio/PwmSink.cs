using System.Globalization;
using System.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Sinks.Gpio;

/// <summary>A score as a pulse width: <c>pwm:0.1,output=probs,value=2</c>. By the kernel's files (Documentation/driver-api/pwm.rst): the
/// framework's driver makes a text for each value.</summary>
internal sealed class PwmSink : ISink
{
    private const string System = "/sys/class/pwm";
    private const double NanosecondsPerSecond = 1e9;
    private const double UsualHz = 1000;
    private const int LongestNumber = 24;

    private readonly string _folder;
    private readonly SafeFileHandle _dutyCycle;
    private readonly int _output;
    private readonly int _value;
    private readonly long _period;
    private readonly double _least;
    private readonly double _most;
    private readonly byte[] _text = new byte[LongestNumber];
    private long _last = -1;

    private PwmSink(string folder, EndpointOptions options, SinkContext context)
    {
        _folder = folder;
        _output = OutputOf(options, context);
        _value = (int)options.Number("value", 0, 0, context.Outputs[_output].Length - 1);
        _least = options.Number("least", 0, float.MinValue, float.MaxValue);
        _most = options.Number("most", 1, float.MinValue, float.MaxValue);
        if (_least == _most)
            throw options.Invalid("least= and most= are to differ");
        _period = (long)Math.Round(NanosecondsPerSecond / options.Number("frequency", UsualHz, 0.1, 1e7));
        Set("enable", 0);
        // A period below the duty cycle that an earlier program left is refused.
        Set("duty_cycle", 0);
        Set("period", _period);
        _dutyCycle = File.OpenHandle(Path.Combine(folder, "duty_cycle"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Set("enable", 1);
    }

    /// <param name="root">Where the kernel shows its chips; tests have a folder of their own.</param>
    /// <exception cref="EdgeSeqException">ES0703, ES0704 for what is not understood, ES0610 where the channel cannot be had.</exception>
    public static PwmSink Open(string name, string rest, SinkContext context, string root = System)
    {
        var (place, options) = EndpointOptions.Split(name, rest);
        options.RequireKnown(["output", "value", "least", "most", "frequency"]);
        var parts = place.Split('.');
        if (parts is not [var chip, var channel] || !IsNumber(chip) || !IsNumber(channel))
            throw options.Invalid($"'{place}' is not a chip and a channel", "pwm:0.1 is channel 1 of pwmchip0");
        try
        {
            return new PwmSink(Export(Path.Combine(root, $"pwmchip{chip}"), channel), options, context);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.BusUnusable, $"{name}: {root}/pwmchip{chip}: {IoReason.Of(e)}",
                "dtoverlay=pwm in config.txt makes the chip, a udev rule for the group gpio gives the right to it", e);
        }
    }

    /// <summary>Sets the width; a value that is not finite leaves it.</summary>
    public void Write(IStepOutputs outputs)
    {
        if (!outputs.IsReady(_output))
            return;
        var share = (outputs.Floats(_output)[_value] - _least) / (_most - _least);
        if (!double.IsFinite(share))
            return;
        var width = (long)Math.Round(Math.Clamp(share, 0, 1) * _period);
        if (width == _last)
            return;
        _last = width;
        width.TryFormat(_text, out var length, default, CultureInfo.InvariantCulture);
        _text[length] = (byte)'\n';
        try
        {
            RandomAccess.Write(_dutyCycle, _text.AsSpan(0, length + 1), 0);
        }
        catch (IOException e)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{_folder}/duty_cycle: {IoReason.Of(e)}", inner: e);
        }
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    public void Complete() => TrySwitchOff();

    public void Dispose()
    {
        TrySwitchOff();
        _dutyCycle.Dispose();
    }

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string Export(string chip, string channel)
    {
        var folder = Path.Combine(chip, $"pwm{channel}");
        if (!Directory.Exists(folder))
            Put(Path.Combine(chip, "export"), channel);
        return folder;
    }

    private static void Put(string path, string value)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.UTF8.GetBytes(value + "\n"));
    }

    private static int OutputOf(EndpointOptions options, SinkContext context)
    {
        var wanted = options.Text("output") ?? context.Outputs[0].Name;
        for (var i = 0; i < context.Outputs.Count; i++)
        {
            if (context.Outputs[i] is { Type: ElementType.F32 } output && output.Name == wanted)
                return i;
        }

        throw options.Invalid($"the program has no such output of floats as '{wanted}'",
            $"its outputs are {string.Join(", ", context.Outputs.Select(output => output.Name))}");
    }

    private void Set(string attribute, long value) =>
        Put(Path.Combine(_folder, attribute), value.ToString(CultureInfo.InvariantCulture));

    private void TrySwitchOff()
    {
        try
        {
            Set("duty_cycle", 0);
            Set("enable", 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The chip is gone, and with it the pulses.
        }
    }
}
