using System.Text.Json;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.Machines;
using EdgeSeq.Aot.Tests.Programs;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Aot.Tests;

/// <summary>Every machine gives the same bits.</summary>
public sealed class BitIdentityTests(ReferencePrograms programs)
{
    public static IEnumerable<string> MachineNames => Machine.Tested.Select(machine => machine.Name);

    public static IEnumerable<string> ProgramNames => ReferenceProgram.All.Select(program => program.Name);

    public static MatrixTheoryData<string, string> MachinesAndPrograms => new(MachineNames, ProgramNames);

    public static TheoryData<string> MachineTheory => [.. MachineNames];

    [Theory]
    [MemberData(nameof(MachinesAndPrograms))]
    public void A_thousand_steps_give_the_bytes_of_the_plain_kernels(string machine, string program)
    {
        var edgeseq = Machine.Named(machine).Start();
        var prepared = programs.Get(program);
        Assert.Equal(prepared.Expected, programs.Outputs(edgeseq, prepared.File, prepared.Recording));
    }

    [Theory]
    [MemberData(nameof(MachineTheory))]
    public void The_self_test_recorded_by_the_converter_passes(string machine)
    {
        var edgeseq = Machine.Named(machine).Start();
        var output = edgeseq.Run("selftest", programs.Get("har_cnn_lstm.int8").File);
        Assert.Contains("every output bit as recorded", output);
    }

    [Theory]
    [MemberData(nameof(MachineTheory))]
    public void The_kernels_are_those_of_the_machine(string machine)
    {
        var edgeseq = Machine.Named(machine).Start();
        using var report = JsonDocument.Parse(edgeseq.Run("bench", programs.Get("har_rnn.int8").File, "--steps", "32", "--json"));
        Assert.Contains(report.RootElement.GetProperty("isa").GetString(), Machine.Named(machine).Kernels);
    }

    /// <summary>The one line that tells what is not tested.</summary>
    [Fact]
    public void Every_machine_is_tested()
    {
        var left = Machine.All.Except(Machine.Tested).ToArray();
        Assert.SkipUnless(left.Length == 0,
            $"{string.Join(", ", left.Select(machine => machine.Name))}: native builds and emulated processors take "
            + $"{Toolchain.Switch}=1 and what .ci/run installs; others this processor cannot be");
    }

    /// <summary>The wide GRU is among the programs because its cell takes another path.</summary>
    [Fact]
    public void The_wide_GRU_has_16_bit_activations()
    {
        using var model = Model.Load(programs.Get("wide_gru.int8").File);
        var gru = model.Program.Ops.Single(op => op.Op == "GRU");
        Assert.Equal(16, gru.Attributes["activationBits"].GetInt32());
    }
}
