using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Hosting.Tests;

/// <summary>A program file in a folder of its own, that can be replaced.</summary>
internal sealed class ProgramFile : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _writes;

    public ProgramFile(ProgramBuilder program) => Write(program.Build());

    public string Path => _folder.File("mine.eseq");

    /// <summary>id → its row of the table.</summary>
    public static ProgramBuilder Table(params float[] rows)
    {
        var program = new ProgramBuilder();
        var id = program.Input<long>("id", 1);
        var y = program.Arena<float>(1);
        program.Op("Gather", [program.Constant(rows), id], [y], ("rows", rows.Length), ("inner", 1));
        program.Output<float>("y", y, 0, 1);
        return program;
    }

    /// <summary>Replaces the file by renaming, as one that is in use should be. Its time differs however coarse the clock of the disk is.
    /// </summary>
    public void Write(byte[] content)
    {
        var next = _folder.Write("next", content);
        File.SetLastWriteTimeUtc(next, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(_writes++));
        File.Move(next, Path, overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
