using System.Device.Gpio;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Pins that remember every level that was written.</summary>
internal sealed class FakeGpioDriver : GpioDriver
{
    private readonly List<(int Pin, bool IsHigh)> _writes = [];
    private readonly HashSet<int> _closed = [];

    protected override int PinCount => 64;

    public List<bool> Levels(int pin)
    {
        lock (_writes)
            return [.. _writes.Where(write => write.Pin == pin).Select(write => write.IsHigh)];
    }

    public bool IsClosed(int pin) => _closed.Contains(pin);

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber) => _closed.Add(pinNumber);

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
    }

    protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => Levels(pinNumber)[^1];

    protected override void Write(int pinNumber, PinValue value)
    {
        lock (_writes)
            _writes.Add((pinNumber, value == PinValue.High));
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw new NotSupportedException();
}
