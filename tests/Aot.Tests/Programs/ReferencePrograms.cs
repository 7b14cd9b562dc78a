using System.Collections.Concurrent;
using EdgeSeq.Aot.Tests.Machines;
using EdgeSeq.Aot.Tests.Programs;

[assembly: AssemblyFixture(typeof(ReferencePrograms))]

namespace EdgeSeq.Aot.Tests.Programs;

/// <summary>The reference programs, each converted once for all tests.</summary>
public sealed class ReferencePrograms : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeseq-aot-");
    private readonly ConcurrentDictionary<string, Lazy<PreparedProgram>> _prepared = new();

    public void Dispose() => _folder.Delete(recursive: true);

    internal PreparedProgram Get(string name) => _prepared.GetOrAdd(name, _ => new Lazy<PreparedProgram>(() => Prepare(name))).Value;

    /// <summary>A path for a file that no other test uses.</summary>
    internal string NewFile(string extension) => Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}{extension}");

    /// <summary>The bytes that a machine gives for a program's recording.</summary>
    internal byte[] Outputs(Command edgeseq, string program, string recording)
    {
        var outputs = NewFile(".npy");
        edgeseq.Run("run", program, "--source", $"npy:{recording}", "--sink", $"npy:{outputs}");
        return File.ReadAllBytes(outputs);
    }

    private PreparedProgram Prepare(string name)
    {
        var program = ReferenceProgram.All.Single(program => program.Name == name);
        var file = Path.Combine(_folder.FullName, $"{name}.eseq");
        File.WriteAllBytes(file, program.Convert());
        var recording = Path.Combine(_folder.FullName, $"{name}.npy");
        RecordedInputs.Write(recording, file);
        if (program.IsCalibrated)
            File.WriteAllBytes(file, program.Convert(recording));
        return new PreparedProgram(file, recording, Outputs(Machine.PlainKernels.Start(), file, recording));
    }
}
