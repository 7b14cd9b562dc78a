using EdgeSeq.Quantize.Conversion;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Loops over time with conditions, counters and weights as carried values.</summary>
public sealed class TensorFlowLoopTests
{
    private static readonly LoopWriting Keras = new(
        TripCountForm.LengthAndConditions, FloatConditions: true, CarriedWeights: true, CarriedSequence: false, Counter: 0,
        VectorIndex: false, MaskForm.None, SequenceOutput: true);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 30)];

    [Theory]
    [InlineData(CellForm.Simple, "RNN")]
    [InlineData(CellForm.Lstm, "LSTM")]
    [InlineData(CellForm.GruResetAfter, "GRU")]
    [InlineData(CellForm.GruResetBefore, "GRU")]
    [InlineData(CellForm.GruDifference, "GRU")]
    public void A_loop_over_a_known_cell_is_one_recurrent_step_op(CellForm cell, string op)
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras, cell).Build());
        Assert.Equal([op], streamed.Ops);
    }

    [Theory]
    [InlineData(TripCountForm.Absent)]
    [InlineData(TripCountForm.Length)]
    [InlineData(TripCountForm.Unequal)]
    public void Its_trip_count_may_be_absent_or_the_only_bound(TripCountForm trips)
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras with { Trips = trips }, CellForm.GruResetAfter).Build());
        Assert.Equal(["GRU"], streamed.Ops);
    }

    [Theory]
    [InlineData(ElementForm.Slice)]
    [InlineData(ElementForm.GatherND)]
    [InlineData(ElementForm.Wrapped)]
    public void Its_elements_may_be_taken_by_a_slice_or_several_indices_or_a_wrapped_one(ElementForm form)
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras with { Element = form }, CellForm.GruResetAfter).Build());
        Assert.Equal(["GRU"], streamed.Ops);
    }

    [Theory]
    [InlineData(ZerosForm.InputTimesZero)]
    [InlineData(ZerosForm.InputLessItself)]
    public void Its_first_state_may_be_zeros_made_of_the_input(ZerosForm zeros)
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras with { Zeros = zeros }, CellForm.Lstm).Build());
        Assert.Equal(["LSTM"], streamed.Ops);
    }

    [Fact]
    public void A_loop_of_pytorch_carries_its_sequence_and_takes_elements_by_a_vector()
    {
        var writing = Keras with
        {
            Trips = TripCountForm.Absent,
            FloatConditions = false,
            CarriedWeights = false,
            CarriedSequence = true,
            VectorIndex = true,
            SequenceOutput = false,
        };
        using var streamed = Streamed.Check(new TensorFlowLoop(writing, CellForm.GruDifference).Build());
        Assert.Equal(["GRU"], streamed.Ops);
    }

    [Theory]
    [InlineData(CellForm.Lstm, MaskForm.Arithmetic)]
    [InlineData(CellForm.GruResetAfter, MaskForm.Where)]
    public void A_masked_cell_holds_its_state_and_is_one_recurrent_step_op_with_selections(CellForm cell, MaskForm mask)
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras with { Masked = mask }, cell).Build());
        Assert.Single(streamed.Ops, op => op is "LSTM" or "GRU");
        Assert.DoesNotContain("Linear", streamed.Ops);
    }

    [Fact]
    public void A_cell_of_its_own_is_state()
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras, CellForm.Own).Build());
        Assert.Contains("Linear", streamed.Ops);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void However_it_is_written_it_streams_as_onnx_runtime_runs_it(int seed)
    {
        var random = new Random(seed);
        Streamed.Check(new TensorFlowLoop(AnyWriting(random), (CellForm)random.Next(6), seed).Build(), steps: 24).Dispose();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void However_it_is_written_from_the_end_it_runs_in_windows_as_onnx_runtime_runs_it(int seed)
    {
        var random = new Random(seed);
        var writing = AnyWriting(random) with { Reversed = true, Element = ElementForm.Gather };
        var graph = new TensorFlowLoop(writing, (CellForm)random.Next(6), seed).Build();
        Assert.Contains("--mode window", Streamed.Refused(graph).Hint, StringComparison.Ordinal);
        Streamed.CheckWindows(graph, window: 7, hop: 3, steps: 14);
    }

    [Theory]
    [InlineData(CellForm.Lstm, "LSTM")]
    [InlineData(CellForm.GruResetBefore, "GRU")]
    public void A_fused_cell_begins_with_the_state_that_the_loop_begins_with(CellForm cell, string op)
    {
        using var streamed = Streamed.Check(new TensorFlowLoop(Keras with { Started = true }, cell).Build());
        Assert.Equal([op], streamed.Ops);
    }

    [Fact]
    public void The_cell_of_a_loop_has_int8_weights_as_a_recurrent_layer_has()
    {
        using var folder = new TestModels.TemporaryFolder();
        var path = folder.Write("model.onnx", new TensorFlowLoop(Keras, CellForm.GruResetAfter).Build().ToBytes());
        var int8 = Converter.Convert(path, new ConvertOptions()).Steps.Nodes.Single();
        Assert.Equal(EdgeSeq.Runtime.Program.ElementType.I8, int8.In("W")!.Type);
        Assert.Equal(EdgeSeq.Runtime.Program.ElementType.I8, int8.In("R")!.Type);
    }

    private static LoopWriting AnyWriting(Random random)
    {
        return new LoopWriting((TripCountForm)random.Next(3), Flag(), Flag(), Flag(), 0, Flag(), (MaskForm)random.Next(3), Flag())
        {
            Started = Flag(),
            Element = (ElementForm)random.Next(4),
            Zeros = (ZerosForm)random.Next(3),
        };

        bool Flag() => random.Next(2) == 0;
    }
}
