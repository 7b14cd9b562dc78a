using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>A tensor of which only the elements that are not zero are stored: read as a dense one.</summary>
internal static class SparseTensor
{
    /// <param name="what">How messages name the tensor.</param>
    /// <exception cref="EdgeSeqException">ES0206: values and indices do not fit each other or the shape; ES0207: it is too
    /// large.</exception>
    public static OnnxTensor Read(SparseTensorProto sparse, TensorReader reader, string what)
    {
        var values = reader.Read(sparse.Values, what);
        var indices = reader.Read(sparse.Indices ?? throw Invalid(what, "has no indices"), $"the indices of {what}");
        if (!OnnxShape.TryCount(sparse.Dims, out var count) || count > Array.MaxLength / sizeof(double))
            throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"{what} has the impossible shape {OnnxShape.Format(sparse.Dims)}");

        long[] dims = [.. sparse.Dims];
        var isLinear = indices.Rank == 1;
        if (values.Rank != 1 || indices.ElementType != OnnxElementType.Int64 || indices.Dims[0] != values.Count
            || (!isLinear && (indices.Rank != 2 || indices.Dims[1] != dims.Length)))
        {
            throw Invalid(what, $"has {values} with indices {indices}, which do not fit each other");
        }

        var dense = new double[count];
        var stored = values.ToDoubles();
        var places = indices.ToInts();
        for (var i = 0; i < stored.Length; i++)
        {
            var at = isLinear ? places[i] : Linear(places.AsSpan(i * dims.Length, dims.Length), dims);
            if (at < 0 || at >= count)
                throw Invalid(what, $"has a value outside of its shape {OnnxShape.Format(dims)}");

            dense[at] = stored[i];
        }

        return ElementConversion.FromDoubles(values.ElementType, dims, dense);
    }

    private static long Linear(ReadOnlySpan<long> index, long[] dims)
    {
        long at = 0;
        for (var axis = 0; axis < dims.Length; axis++)
        {
            if (index[axis] < 0 || index[axis] >= dims[axis])
                return -1;

            at = at * dims[axis] + index[axis];
        }

        return at;
    }

    private static EdgeSeqException Invalid(string what, string problem) => new(ErrorCodes.OnnxTensorInvalid, $"{what} {problem}");
}
