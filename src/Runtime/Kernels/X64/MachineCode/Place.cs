namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Memory at base + index + displacement.</summary>
internal readonly record struct Place(Register Base, int Displacement = 0, Register? Index = null);
