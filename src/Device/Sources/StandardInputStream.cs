using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Sources;

/// <summary>Standard input as a stream whose reads end (as at the end of the data) when the stop signal is set,
/// even while the other side is silent.</summary>
internal sealed class StandardInputStream(StopSignal stop) : Stream
{
    private const int Descriptor = 0;
    private const int PollMilliseconds = 100;

    private readonly FileStream _stream = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (!stop.IsSet)
        {
            if (!OperatingSystem.IsLinux() || Posix.WaitReadable(Descriptor, PollMilliseconds))
                return _stream.Read(buffer);
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _stream.Dispose();
        base.Dispose(disposing);
    }
}
