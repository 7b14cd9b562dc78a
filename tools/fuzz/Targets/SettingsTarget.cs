using EdgeSeq.Quantize.Conversion;

namespace EdgeSeq.Fuzz.Targets;

/// <summary>JSON files that the converter's options name.</summary>
internal static class SettingsTarget
{
    public static void Vocabulary(byte[] file) => Quantize.Conversion.VocabularyFile.Read(Input.File("vocabulary.json", file));

    public static void Statistics(byte[] file) => NormalizeStats.Read(Input.File("statistics.json", file));
}
