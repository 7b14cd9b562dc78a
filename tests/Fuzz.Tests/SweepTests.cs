using EdgeSeq.Fuzz.Tests.Mutation;

namespace EdgeSeq.Fuzz.Tests;

/// <summary>Damaged files of every kind that is read: a typed error or success, in bounded time and memory. 100,000 mutants in
/// all.</summary>
public sealed class SweepTests
{
    [Fact]
    public void Programs() => Sweep.Run("program", SoundFiles.Programs, 40_000, ProgramMutations.Damage, ProgramMutations.Damage,
    ProgramMutations.Damage, ByteMutations.Damage);

    [Fact]
    public void Snapshots() => Sweep.Run("snapshot", SoundFiles.Snapshots, 10_000, SnapshotMutations.Damage);

    [Fact]
    public void Onnx_files() => Sweep.Run("onnx", SoundFiles.Models, 20_000, OnnxMutations.Damage, ByteMutations.Damage);

    [Fact]
    public void Onnx_models_that_are_converted() => Sweep.RunApart("convert", SoundFiles.Models, 4_000, OnnxMutations.Damage);

    [Fact]
    public void Npy_recordings() => Sweep.Run("npy", SoundFiles.Npy, 6_000, ByteMutations.Damage);

    [Fact]
    public void Csv_recordings() => Sweep.Run("csv", SoundFiles.Csv, 6_000, ByteMutations.Damage);

    [Fact]
    public void Wav_recordings() => Sweep.Run("wav", SoundFiles.Wav, 6_000, ByteMutations.Damage);

    [Fact]
    public void Text_recordings() => Sweep.Run("text", SoundFiles.Text, 2_000, ByteMutations.Damage);

    [Fact]
    public void Vocabularies() => Sweep.Run("vocabulary", SoundFiles.Vocabularies, 3_000, JsonMutations.Damage, ByteMutations.Damage);

    [Fact]
    public void Statistics() => Sweep.Run("statistics", SoundFiles.Statistics, 3_000, JsonMutations.Damage, ByteMutations.Damage);
}
