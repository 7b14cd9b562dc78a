using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Writing;

/// <summary>Constants as a file holds them, each packed once, however many graphs share it.</summary>
internal sealed class PackedConstants
{
    private readonly Dictionary<StepValue, FileTensor> _tensors = [];

    public FileTensor Of(StepValue constant)
    {
        if (!_tensors.TryGetValue(constant, out var tensor))
        {
            var packed = WeightPacking.Pack(constant);
            _tensors[constant] = tensor = new FileTensor(constant.Name, constant.Type.Dtype(),
                constant.Layout is null ? constant.Shape : [packed.Length], WeightPacking.Bytes(packed).ToArray());
        }

        return tensor;
    }
}
