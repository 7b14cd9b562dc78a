namespace EdgeSeq.Runtime.Program;

/// <summary>One tensor of a safetensors file; Begin and End are bytes into the data part.</summary>
public sealed record SafetensorsEntry(string Name, string Dtype, int[] Shape, long Begin, long End)
{
    public long Bytes => End - Begin;
}
