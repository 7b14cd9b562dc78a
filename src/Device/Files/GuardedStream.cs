using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>A stream whose failures are ES0603 with the name that the user gave, whether it is written, flushed, closed or moved: a move
/// writes what is buffered.</summary>
public sealed class GuardedStream(string name, Stream inner) : Stream
{
    public Stream Inner => inner;

    public override bool CanRead => false;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => Guarded(() => inner.Position = value); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Called at every step of a live run, so without a closure.
        try
        {
            inner.Flush();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    public override void SetLength(long value) => Guarded(() => inner.SetLength(value));

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Guarded(() => position = inner.Seek(offset, origin));
        return position;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                Guarded(inner.Dispose);
        }
        finally
        {
            base.Dispose(disposing);
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private EdgeSeqException Failed(IOException e) => new(ErrorCodes.WriteFailed, $"{name}: {IoReason.Of(e)}", inner: e);
}
