using System.Buffers.Binary;
using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Program;

public class BrokenFileTests
{
    private static readonly byte[] Sound = Builder().Build();

    [Fact]
    public void The_unbroken_file_loads()
    {
        using var model = Model.Load(Sound, "sound.eseq");
        Assert.Equal("test", model.Program.Name);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Sound.Length; length++)
            RequireRefused(Sound.AsMemory(0, length), $"{length} bytes");
    }

    [Fact]
    public void Every_flipped_bit_of_program_and_data_is_refused()
    {
        // A flip may turn a name that nothing refers to into another one, or a blank of the padding into another blank: then the
        // program is the same as before.
        var expected = Run(Sound);
        for (var bit = 0; bit < Sound.Length * 8; bit++)
        {
            var broken = (byte[])Sound.Clone();
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(expected, Run(broken));
            }
            catch (EdgeSeqException e)
            {
                Assert.Equal(ExitCode.BadData, e.ExitCode);
            }
        }
    }

    [Fact]
    public void Bytes_after_the_end_are_refused() => RequireCode(ErrorCodes.TensorsDoNotTile, [.. Sound, 0]);

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void A_header_length_that_cannot_be_is_refused(ulong length)
    {
        var broken = (byte[])Sound.Clone();
        BinaryPrimitives.WriteUInt64LittleEndian(broken, length);
        RequireCode(ErrorCodes.NotAProgram, broken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}")]
    [InlineData("{\"__metadata__\":{\"\\ud800\":\"\"}}")]
    [InlineData("{\"t\":1}")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"t\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}")]
    public void A_malformed_header_is_refused(string header) =>
    RequireCode(ErrorCodes.HeaderInvalid, ProgramBuilder.File(header, new byte[4]));

    [Theory]
    [InlineData("\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]")]
    public void A_malformed_tensor_is_refused(string entry) =>
        RequireCode(ErrorCodes.TensorInvalid, ProgramBuilder.File($"{{\"t\":{{{entry}}}}}", new byte[4]));

    [Theory]
    [InlineData(0, 4, 4, 8, 12)]
    [InlineData(0, 4, 8, 12, 12)]
    [InlineData(0, 4, 2, 6, 6)]
    [InlineData(4, 8, 8, 12, 12)]
    [InlineData(0, 4, 0, 4, 4)]
    public void Tensors_that_do_not_tile_the_data_are_refused(int begin1, int end1, int begin2, int end2, int bytes)
    {
        var header = $$$"""
            {"a":{"dtype":"F32","shape":[],"data_offsets":[{{{begin1}}},{{{end1}}}]},
             "b":{"dtype":"F32","shape":[],"data_offsets":[{{{begin2}}},{{{end2}}}]}}
            """;
        RequireCode(ErrorCodes.TensorsDoNotTile, ProgramBuilder.File(header, new byte[bytes]));
    }

    [Fact]
    public void A_tensor_off_the_boundary_is_refused()
    {
        const string header = """
            {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}
            """;
        RequireCode(ErrorCodes.TensorMisaligned, ProgramBuilder.File(header, new byte[8]));
    }

    [Fact]
    public void A_file_without_a_program_is_refused() => RequireCode(ErrorCodes.ProgramInvalid, ProgramBuilder.File("{}", []));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":1}")]
    [InlineData("not JSON")]
    public void A_program_that_is_none_is_refused(string program) => RequireCode(ErrorCodes.ProgramInvalid, Builder().Build(program));

    [Theory]
    [InlineData(-1, "make the program again")]
    [InlineData(+1, "use an EdgeSeq")]
    public void Another_format_is_refused_with_what_to_do(int difference, string hint)
    {
        var e = RequireCode(ErrorCodes.FormatUnknown, Changed(p => p["format"] = ProgramSpec.CurrentFormat + difference));
        Assert.StartsWith(hint, e.Hint);
    }

    [Theory]
    [InlineData("\"mode\":", "\"mode\":\"step\",\"mode\":")]
    [InlineData("\"count\":", "\"count\":1,\"count\":")]
    public void A_member_that_stands_twice_is_refused(string once, string twice)
    {
        var builder = Builder();
        var json = builder.Program().ToJsonString();
        Assert.Contains(once, json);
        RequireCode(ErrorCodes.ProgramInvalid, builder.Build(json.Replace(once, twice)));
    }

    [Fact]
    public void A_program_that_needs_too_much_memory_is_refused_before_it_is_allocated() =>
        RequireCode(ErrorCodes.MemoryTooLarge, Changed(p => p["stateBytes"] = 1L << 40));

    [Fact]
    public void The_memory_limit_counts_everything_a_session_allocates()
    {
        using var model = Model.Load(Sound, "sound.eseq");
        using var fitting = Model.Load(Sound, "sound.eseq", model.SessionBytes);

        var e = Assert.Throws<EdgeSeqException>(() => Model.Load(Sound, "sound.eseq", model.SessionBytes - 1));
        Assert.Equal(ErrorCodes.MemoryTooLarge, e.Code);
    }

    [Fact]
    public void A_program_whose_steps_would_take_too_long_is_refused()
    {
        var program = new ProgramBuilder();
        var (x, y) = (program.Input<float>("x", 2), program.Arena<float>(2));
        for (var i = 0; i < 20; i++)
        {
            program.Op(
                "Copy",
                [x],
                [y],
                ("shape", ProgramBuilder.List(1 << 30)),
                ("srcStrides", ProgramBuilder.List(0)),
                ("dstStrides", ProgramBuilder.List(0)));
        }

        program.Output<float>("y", y, 0, 2);
        RequireCode(ErrorCodes.WorkTooLarge, program.Build());
    }

    [Fact]
    public void A_state_over_the_step_counter_is_refused() =>
        RequireCode(ErrorCodes.ValueInvalid, Changed(p => Place(p, "State")["offset"] = 0));

    [Fact]
    public void A_state_past_the_end_is_refused() =>
        RequireCode(ErrorCodes.ValueInvalid, Changed(p => Place(p, "State")["offset"] = 128));

    [Fact]
    public void A_constant_of_another_type_is_refused() =>
        RequireCode(ErrorCodes.ValueInvalid, Changed(p => Place(p, "Constant")["type"] = "I32"));

    [Fact]
    public void A_first_clock_that_skips_steps_is_refused() =>
        RequireCode(ErrorCodes.ClockInvalid, Changed(p => p["clocks"]![0]!["rate"] = 2));

    [Fact]
    public void An_unknown_op_is_refused_by_name()
    {
        var e = RequireCode(ErrorCodes.OpUnknown, Changed(p => p["ops"]![0]!["op"] = "Dream"));
        Assert.Contains("'Dream'", e.Message);
        Assert.Contains("'Delay_0'", e.Message);
    }

    [Fact]
    public void An_op_that_writes_a_constant_is_refused() =>
        RequireCode(ErrorCodes.OpInvalid, Changed(p => p["ops"]![1]!["out"]![0] = Index(p, "Constant")));

    [Fact]
    public void An_output_without_a_value_is_refused() =>
        RequireCode(ErrorCodes.PortInvalid, Changed(p => p["outputs"]![0]!["value"] = 99));

    [Fact]
    public void Two_inputs_of_one_name_are_refused() =>
        RequireCode(ErrorCodes.PortInvalid, Changed(p => p["inputs"]!.AsArray().Add(p["inputs"]![0]!.DeepClone())));

    [Theory]
    [InlineData("hop", "0")]
    [InlineData("hop", "1000")]
    [InlineData("channels", "[]")]
    [InlineData("channels", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]")]
    public void A_description_that_does_not_fit_its_input_is_refused(string member, string value) =>
        RequireCode(ErrorCodes.PortInvalid, Changed(p => p["inputs"]![0]![member] = JsonNode.Parse(value)));

    [Theory]
    [InlineData("0")]
    [InlineData("-50")]
    public void A_rate_that_is_not_above_zero_is_refused(string rate) =>
        RequireCode(ErrorCodes.PortInvalid, Changed(p => p["rateHz"] = JsonNode.Parse(rate)));

    [Fact]
    public void A_missing_file_is_named()
    {
        var e = Assert.Throws<EdgeSeqException>(() => Model.Load("no/such/file.eseq"));
        Assert.Equal(ErrorCodes.FileMissing, e.Code);
        Assert.Contains("no/such/file.eseq", e.Line);
    }

    [Fact]
    public void A_folder_is_not_a_program()
    {
        var e = Assert.Throws<EdgeSeqException>(() => Model.Load(Path.GetTempPath()));
        Assert.Equal(ErrorCodes.FileUnreadable, e.Code);
    }

    [Fact]
    public void An_empty_file_is_not_a_program()
    {
        var path = Path.GetTempFileName();
        try
        {
            var e = Assert.Throws<EdgeSeqException>(() => Model.Load(path));
            Assert.Equal(ErrorCodes.NotAProgram, e.Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>y = delayed x + constant.</summary>
    private static ProgramBuilder Builder()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 2);
        var ring = program.State([5f, 6], 1, 2);
        var delayed = program.Arena<float>(2);
        var y = program.Arena<float>(2);
        program.Op("Delay", [x, ring], [delayed], ("size", 2), ("count", 1));
        program.Op(
            "Binary",
            [delayed, program.Constant<float>([1, 2])],
            [y],
            ("fn", "Add"),
            ("shape", ProgramBuilder.List(2)),
            ("aStrides", ProgramBuilder.List(1)),
            ("bStrides", ProgramBuilder.List(1)));
        program.Output<float>("y", y, 0, 2);
        return program;
    }

    private static byte[] Changed(Action<JsonObject> change)
    {
        var builder = Builder();
        var program = builder.Program();
        change(program);
        return builder.Build(program.ToJsonString());
    }

    private static JsonNode Place(JsonObject program, string place) => program["values"]![Index(program, place)]!;

    private static int Index(JsonObject program, string place) =>
        program["values"]!.AsArray().ToList().FindIndex(v => (string)v!["place"]! == place);

    private static string[] Run(byte[] file)
    {
        using var model = Model.Load(file, "broken.eseq");
        using var session = model.CreateSession();
        return Driver.Steps(model, session, 0, 3);
    }

    private static void RequireRefused(ReadOnlyMemory<byte> file, string what)
    {
        var e = Record.Exception(() => Model.Load(file, "broken.eseq").Dispose());
        Assert.True(e is EdgeSeqException { ExitCode: ExitCode.BadData }, $"{what}: {e?.GetType().Name ?? "loaded"}");
    }

    private static EdgeSeqException RequireCode(ErrorCode code, byte[] file)
    {
        var e = Assert.Throws<EdgeSeqException>(() => Model.Load(file, "broken.eseq"));
        Assert.Equal(code, e.Code);
        Assert.StartsWith($"error {code}: broken.eseq: ", e.Line);
        return e;
    }
}
