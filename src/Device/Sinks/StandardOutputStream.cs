using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks;

/// <summary>Standard output as a plain stream. Unlike the console's, its writes fail when the reader has gone away; unlike a file
/// stream over the descriptor, it moves the position that other programs share when output goes to a file.</summary>
public sealed class StandardOutputStream : Stream
{
    private const int Descriptor = 1;

    private StandardOutputStream()
    {
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutputStream();

    /// <exception cref="OutputClosedException">The reader of a pipe has gone away.</exception>
    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Posix.Write(Descriptor, buffer);
        }
        catch (IOException e) when (e.HResult == Posix.BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
        catch (IOException e)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"standard output: {IoReason.Of(e)}", inner: e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
