using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>A stream whose failures, when it is written, flushed or closed, are ES0603 with the name that the user gave.</summary>
public sealed class GuardedStream(string name, Stream inner) : Stream
{
    public Stream Inner => inner;

    public override bool CanRead => false;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

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
        try
        {
            inner.Flush();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    public override void SetLength(long value)
    {
        try
        {
            inner.SetLength(value);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                inner.Dispose();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
        finally
        {
            base.Dispose(disposing);
        }
    }

    private EdgeSeqException Failed(IOException e) => new(ErrorCodes.WriteFailed, $"{name}: {IoReason.Of(e)}", inner: e);
}
