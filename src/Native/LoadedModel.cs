using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Native;

/// <summary>A model with what callers may read of it, in memory that does not move.</summary>
internal sealed unsafe class LoadedModel
{
    private readonly List<Array> _pinned = [];

    public LoadedModel(Model model)
    {
        Model = model;
        Inputs = [.. model.Inputs.Select(Describe)];
        Outputs = [.. model.Outputs.Select(Describe)];
        Info = new ModelInfo
        {
            Kernels = Pin(model.Isa),
            RateHz = model.RateHz ?? 0,
            SessionBytes = model.SessionBytes,
            Inputs = Inputs.Length,
            Outputs = Outputs.Length,
            Delay = model.Delay,
            FlushSteps = model.FlushSteps,
        };
    }

    public Model Model { get; }

    public ModelInfo Info { get; }

    public Port[] Inputs { get; }

    public Port[] Outputs { get; }

    private static ElementKind Kind(ElementType type) => type == ElementType.F32 ? ElementKind.F32 : ElementKind.I64;

    private Port Describe(InputInfo input) => Describe(input.Name, input.Shape, input.Channels) with
    {
        Unit = input.Unit is null ? null : Pin(input.Unit),
        Length = input.Length,
        Type = Kind(input.Type),
        Rate = 1,
    };

    private Port Describe(OutputInfo output) => Describe(output.Name, output.Shape, output.Labels) with
    {
        Length = output.Length,
        Type = Kind(output.Type),
        Rate = output.Rate,
        Offset = output.Offset,
    };

    private Port Describe(string name, IReadOnlyList<int> shape, IReadOnlyList<string>? labels) => new()
    {
        Name = Pin(name),
        Shape = (long*)Pin(shape.Select(size => (long)size).ToArray()),
        Rank = shape.Count,
        Labels = labels is null ? null : (byte**)Pin(labels.Select(label => (nint)Pin(label)).ToArray()),
    };

    private byte* Pin(string text)
    {
        var bytes = Text.Pinned(text);
        _pinned.Add(bytes);
        return Text.Address(bytes);
    }

    private void* Pin<T>(T[] values)
        where T : unmanaged
    {
        var copy = GC.AllocateArray<T>(values.Length, pinned: true);
        values.CopyTo(copy, 0);
        _pinned.Add(copy);
        return (void*)Marshal.UnsafeAddrOfPinnedArrayElement(copy, 0);
    }
}
