namespace EdgeSeq.Runtime.Program;

/// <summary>What a reset copies into the state: bytes of the file at an absolute address.</summary>
internal readonly record struct InitialContent(nint Address, long StateOffset, long Bytes);
