namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>One of the 32 vector registers of 512 bits.</summary>
internal readonly record struct Zmm(int Number)
{
    public const int Bytes = 64;
}
