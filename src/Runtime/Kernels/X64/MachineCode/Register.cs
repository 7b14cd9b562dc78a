namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>The general registers that a function may change under the System V calling convention, and the stack pointer.</summary>
internal enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rsp = 4,
    Rsi = 6,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}
