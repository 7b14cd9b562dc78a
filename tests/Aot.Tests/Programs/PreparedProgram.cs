namespace EdgeSeq.Aot.Tests.Programs;

/// <summary>A converted program with a recording for it and what the plain kernels make of that recording.</summary>
/// <param name="File">The .eseq file.</param>
/// <param name="Recording">A .npy file of <see cref="RecordedInputs.Steps"/> steps.</param>
/// <param name="Expected">The bytes of the .npy file of the outputs.</param>
internal sealed record PreparedProgram(string File, string Recording, byte[] Expected);
