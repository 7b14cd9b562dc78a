using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks.Gpio;

/// <summary>A pin that is on while an event is: <c>gpio:17</c>; or for a time from its start: <c>gpio:17,pulse=0.2</c>.</summary>
internal sealed class GpioSink : ISink
{
    private const int LargestPin = 1023;
    private const int MostChips = 255;
    private const double LongestPulse = 3600;

    private readonly GpioController _controller;
    private readonly int _pin;
    private readonly PinValue _on;
    private readonly PinValue _off;
    private readonly bool[] _isMine;
    private readonly Lock _lock = new();
    private readonly TimeSpan? _pulse;
    private readonly Signal _started = new(stays: false);
    private readonly Thread? _thread;
    private int _open;
    private bool _isDisposed;

    private GpioSink(GpioController controller, int pin, bool isActiveLow, bool[] isMine, TimeSpan? pulse)
    {
        _controller = controller;
        _pin = pin;
        _on = isActiveLow ? PinValue.Low : PinValue.High;
        _off = isActiveLow ? PinValue.High : PinValue.Low;
        _isMine = isMine;
        _pulse = pulse;
        controller.OpenPin(pin, PinMode.Output, _off);
        if (pulse is null)
            return;
        _thread = new Thread(Pulse) { IsBackground = true, Name = "gpio" };
        _thread.Start();
    }

    /// <param name="driver">Null for the system's, through libgpiod.</param>
    /// <exception cref="EdgeSeqException">ES0703 for a pin that is no number, ES0704 for options, ES0610 where the pin cannot be
    /// had.</exception>
    public static GpioSink Open(string name, string rest, SinkContext context, GpioDriver? driver = null)
    {
        var (place, options) = EndpointOptions.Split(name, rest);
        options.RequireKnown(["active", "pulse", "event", "chip"]);
        if (!int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var pin) || pin > LargestPin)
            throw options.Invalid($"'{place}' is not the number of a pin", "gpio:17 is GPIO 17 of a Raspberry Pi, pin 11 of its header");
        var isActiveLow = options.Word("active", "high", "high", "low") == "low";
        var pulse = options.Text("pulse") is null ? (TimeSpan?)null
            : TimeSpan.FromSeconds(options.Number("pulse", 1, 1e-3, LongestPulse));
        var chip = (int)options.Number("chip", 0, 0, MostChips);
        var isMine = Mine(options, context.EventNames!);
        GpioController? controller = null;
        try
        {
            controller = new GpioController(driver ?? new LibGpiodDriver(chip));
            return new GpioSink(controller, pin, isActiveLow, isMine, pulse);
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException or InvalidOperationException
            or UnauthorizedAccessException or ArgumentException or DllNotFoundException or EntryPointNotFoundException)
        {
            controller?.Dispose();
            throw new EdgeSeqException(ErrorCodes.BusUnusable, $"{name}: the pin cannot be had: {Reason(e, chip)}",
                "sudo usermod -aG gpio $USER gives the right to it; chip=N names another chip of pins", e);
        }
    }

    public void Write(IStepOutputs outputs)
    {
    }

    public void Receive(in DecisionEvent decided)
    {
        if (!_isMine[decided.Name])
            return;
        _open += decided.IsStart ? 1 : -1;
        if (_pulse is null)
            Set(_open > 0);
        else if (decided.IsStart)
            _started.Set();
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    /// <summary>The pin goes off.</summary>
    public void Complete() => Set(isOn: false);

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _controller.Write(_pin, _off);
            _isDisposed = true;
        }

        _started.Set();
        _thread?.Join();
        _controller.Dispose();
    }

    private static bool[] Mine(EndpointOptions options, IReadOnlyList<string> names)
    {
        var wanted = options.Text("event");
        return wanted is null || names.Contains(wanted) ? [.. names.Select(name => wanted is null || name == wanted)]
            : throw options.Invalid($"there is no event '{wanted}'", $"the events are {string.Join(", ", names)}");
    }

    private static string Reason(Exception e, int chip) => e switch
    {
        DllNotFoundException or EntryPointNotFoundException or PlatformNotSupportedException =>
            "libgpiod is missing: apt install libgpiod2 (libgpiod3 from Debian 13 on)",
        UnauthorizedAccessException => $"no right to /dev/gpiochip{chip}",
        _ => $"/dev/gpiochip{chip} does not give it",
    };

    private void Set(bool isOn)
    {
        lock (_lock)
        {
            if (!_isDisposed)
                _controller.Write(_pin, isOn ? _on : _off);
        }
    }

    /// <summary>Each start switches the pin on for the time; one that comes meanwhile makes it longer.</summary>
    private void Pulse()
    {
        while (!IsDisposed())
        {
            _started.Wait(Timeout.InfiniteTimeSpan);
            Set(isOn: true);
            while (_started.Wait(_pulse!.Value) && !IsDisposed())
            {
            }

            Set(isOn: false);
        }
    }

    private bool IsDisposed()
    {
        lock (_lock)
            return _isDisposed;
    }
}
