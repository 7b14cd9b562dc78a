using System.Security.Cryptography;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

public class SnapshotTests
{
    private const int StateStart = 64;
    private const int RingStart = StateStart + 64;

    [Fact]
    public void Every_truncation_is_refused_and_the_session_goes_on()
    {
        var snapshot = Taken();
        for (var length = 0; length < snapshot.Length; length++)
            RequireRefused(ErrorCodes.SnapshotInvalid, snapshot[..length]);
    }

    [Fact]
    public void Every_flipped_bit_is_refused_and_the_session_goes_on()
    {
        var snapshot = Taken();
        for (var bit = 0; bit < snapshot.Length * 8; bit++)
        {
            var broken = (byte[])snapshot.Clone();
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            RequireRefused(null, broken);
        }
    }

    [Fact]
    public void A_snapshot_of_another_program_is_refused()
    {
        using var other = OpCatalogue.Program("Running").Load();
        using var session = other.CreateSession();
        var stream = new MemoryStream();
        session.Save(stream);

        RequireRefused(ErrorCodes.SnapshotOfOtherProgram, stream.ToArray());
    }

    [Fact]
    public void A_NaN_in_the_state_is_refused() => RequireRefused(
        ErrorCodes.SnapshotHasNaN, Forged(snapshot => BitConverter.TryWriteBytes(snapshot.AsSpan(RingStart), float.NaN)));

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_step_count_that_cannot_be_is_refused(long steps) => RequireRefused(
        ErrorCodes.SnapshotInvalid, Forged(snapshot => BitConverter.TryWriteBytes(snapshot.AsSpan(StateStart), steps)));

    [Fact]
    public void Reading_stops_at_the_snapshots_end()
    {
        var stream = new MemoryStream([.. Taken(), 42]);
        using var model = Program().Load();
        using var session = model.CreateSession();

        session.Restore(stream);
        Assert.Equal(42, stream.ReadByte());
    }

    [Fact]
    public void The_last_good_inputs_are_part_of_the_snapshot()
    {
        using var model = Program().Load();
        using var session = model.CreateSession();
        session.NonFinite = NonFiniteInput.Hold;
        session.Restore(new MemoryStream(Taken()));
        var output = new float[2];

        Assert.True(session.Step([float.NaN, 0], output));
        Assert.Equal(1, session.HeldSteps);
    }

    private static ProgramBuilder Program() => OpCatalogue.Program("Delay");

    private static byte[] Taken()
    {
        using var model = Program().Load();
        using var session = model.CreateSession();
        Driver.Steps(model, session, 0, 4);
        var stream = new MemoryStream();
        session.Save(stream);
        return stream.ToArray();
    }

    /// <summary>A changed snapshot with a right checksum.</summary>
    private static byte[] Forged(Action<byte[]> change)
    {
        var snapshot = Taken();
        change(snapshot);
        var content = snapshot.AsSpan(0, snapshot.Length - SHA256.HashSizeInBytes);
        SHA256.HashData(content).CopyTo(snapshot, content.Length);
        return snapshot;
    }

    private static void RequireRefused(ErrorCode? code, byte[] snapshot)
    {
        using var model = Program().Load();
        using var session = model.CreateSession();
        using var undisturbed = model.CreateSession();
        Driver.Steps(model, session, 0, 4);
        Driver.Steps(model, undisturbed, 0, 4);

        var e = Assert.Throws<EdgeSeqException>(() => session.Restore(new MemoryStream(snapshot)));
        Assert.Equal(ExitCode.BadData, e.ExitCode);
        if (code is not null)
            Assert.Equal(code, e.Code);
        Assert.Equal(Driver.Steps(model, undisturbed, 4, 8), Driver.Steps(model, session, 4, 8));
    }
}
