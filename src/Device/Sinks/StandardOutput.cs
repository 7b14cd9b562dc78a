using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Sinks;

/// <summary>Standard output as a plain stream: unlike the console's, its writes fail when the reader has gone away.</summary>
public static class StandardOutput
{
    private const int Descriptor = 1;

    public static Stream Open() => new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
