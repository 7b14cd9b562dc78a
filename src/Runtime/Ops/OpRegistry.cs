using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Attention;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Convolution;
using EdgeSeq.Runtime.Ops.Elementwise;
using EdgeSeq.Runtime.Ops.Matrix;
using EdgeSeq.Runtime.Ops.Movement;
using EdgeSeq.Runtime.Ops.Normalization;
using EdgeSeq.Runtime.Ops.Recurrent;
using EdgeSeq.Runtime.Ops.Reduction;
using EdgeSeq.Runtime.Ops.Stream;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>Every step op by its name in program files.</summary>
internal static class OpRegistry
{
    private static readonly Dictionary<string, Func<OpReader, StepOp>> Factories = new(StringComparer.Ordinal)
    {
        ["ArgReduce"] = r => r.InType("x") == ElementType.I64 ? new ArgReduce<long>(r) : new ArgReduce<float>(r),
        ["Attention"] = r => new CausalAttention(r),
        ["AttentionPool"] = r => new AttentionPool(r),
        ["Banded"] = r => new Banded(r),
        ["Binary"] = CreateBinary,
        ["Cast"] = CastFactory.Create,
        ["Columns"] = r => new Columns(r),
        ["Conv"] = r => DepthwiseConv.Fits(r) ? new DepthwiseConv(r) : new Conv(r),
        ["ConvStep"] = r => DepthwiseConvStep.Fits(r) ? new DepthwiseConvStep(r) : new ConvStep(r),
        ["Copy"] = r => r.InType("x") switch
        {
            ElementType.F32 => new Copy<float>(r),
            ElementType.I64 => new Copy<long>(r),
            ElementType.I32 => new Copy<int>(r),
            ElementType.I8 => new Copy<sbyte>(r),
            _ => new Copy<byte>(r),
        },
        ["CumSum"] = r => r.InType("x") == ElementType.I64 ? new CumSum<long>(r) : new CumSum<float>(r),
        ["DFT"] = r => new DFT(r),
        ["Delay"] = r => r.InType("x") switch
        {
            ElementType.I64 => new Delay<long>(r),
            ElementType.Bool => new Delay<byte>(r),
            _ => new Delay<float>(r),
        },
        ["Fill"] = r => r.OutType("y") switch
        {
            ElementType.F32 => new Fill<float>(r),
            ElementType.I64 => new Fill<long>(r),
            ElementType.I32 => new Fill<int>(r),
            ElementType.I8 => new Fill<sbyte>(r),
            _ => new Fill<byte>(r),
        },
        ["GRU"] = r => new GRU(r),
        ["Gather"] = r => r.InType("data") switch
        {
            ElementType.I8 => new GatherS8(r),
            ElementType.I64 => new Gather<long>(r),
            _ => new Gather<float>(r),
        },
        ["GatherElements"] = r => r.InType("data") == ElementType.I64 ? new GatherElements<long>(r) : new GatherElements<float>(r),
        ["GatherND"] = r => r.InType("data") == ElementType.I64 ? new GatherND<long>(r) : new GatherND<float>(r),
        ["InverseDFT"] = r => new InverseDFT(r),
        ["LSTM"] = r => new LSTM(r),
        ["Latch"] = r => new Latch(r),
        ["LayerNorm"] = r => new LayerNorm(r),
        ["Linear"] = r => new Linear(r),
        ["MatMul"] = r => new MatMul(r),
        ["OneHot"] = r => r.InType("values") == ElementType.I64 ? new OneHot<long>(r) : new OneHot<float>(r),
        ["Pool"] = r => new Pool(r),
        ["Push"] = r => new Push(r),
        ["RNN"] = r => new RNN(r),
        ["Reduce"] = r => new Reduce(r),
        ["Running"] = r => new Running(r),
        ["ScatterElements"] = r => r.InType("data") == ElementType.I64 ? new ScatterElements<long>(r) : new ScatterElements<float>(r),
        ["ScatterND"] = r => r.InType("data") == ElementType.I64 ? new ScatterND<long>(r) : new ScatterND<float>(r),
        ["Softmax"] = r => new Softmax(r),
        ["AfterEnd"] = r => new AfterEnd(r),
        ["StepCount"] = r => new StepCount(r),
        ["Table"] = r => new Table(r),
        ["TopK"] = r => new TopK(r),
        ["Unary"] = CreateUnary,
        ["Where"] = r => r.InType("a") switch
        {
            ElementType.I64 => new Where<long>(r),
            ElementType.I32 => new Where<int>(r),
            ElementType.Bool => new Where<byte>(r),
            _ => new Where<float>(r),
        },
        ["Window"] = r => new Window(r),
    };

    /// <summary>The names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Factories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Makes an op, verified and complete.</summary>
    /// <exception cref="Errors.EdgeSeqException">ES0112.</exception>
    public static StepOp Create(OpReader reader)
    {
        try
        {
            var op = Factories[reader.Op](reader);
            reader.Finish();
            return op;
        }
        catch (OverflowException)
        {
            // The kernels' size computations are checked.
            throw reader.Error("the sizes are too large");
        }
    }

    private static StepOp CreateUnary(OpReader reader) => (reader.Text("fn"), reader.InType("x")) switch
    {
        (ElementwiseDefinitions.Not, _) => new Not(reader),
        (ElementwiseDefinitions.IsNaN, _) => new ClassifyF32(reader, nan: true),
        (ElementwiseDefinitions.IsInf, _) => new ClassifyF32(reader, nan: false),
        (_, ElementType.I64) => new UnaryI64(reader, reader.Choice<UnaryFunction>("fn")),
        _ => new UnaryF32(reader, reader.Choice<UnaryFunction>("fn")),
    };

    private static StepOp CreateBinary(OpReader reader)
    {
        var compares = Enum.GetNames<CompareFunction>().Contains(reader.Text("fn"));
        return (reader.InType("a"), compares) switch
        {
            (ElementType.Bool, _) => new BinaryBool(reader, reader.Choice<LogicFunction>("fn")),
            (ElementType.I64, true) => new CompareI64(reader, reader.Choice<CompareFunction>("fn")),
            (ElementType.I64, false) => new BinaryI64(reader, reader.Choice<BinaryFunction>("fn")),
            (_, true) => new CompareF32(reader, reader.Choice<CompareFunction>("fn")),
            _ => new BinaryF32(reader, reader.Choice<BinaryFunction>("fn")),
        };
    }
}
