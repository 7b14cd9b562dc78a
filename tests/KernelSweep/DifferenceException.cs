namespace EdgeSeq.KernelSweep;

/// <summary>A kernel did not give what it must; the message says which, where and what it gave.</summary>
internal sealed class DifferenceException(string message) : Exception(message);
