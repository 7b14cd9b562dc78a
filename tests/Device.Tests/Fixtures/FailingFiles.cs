using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>The file layer of the system, one operation of which fails (from 0), as on a full or broken disk; deleting always
/// works.</summary>
internal sealed class FailingFiles(int failing) : IFileLayer
{
    private int _operations;

    public bool HasRenamed { get; private set; }

    public Stream CreateNew(string path, bool isBuffered)
    {
        Count();
        return new FailingStream(SystemFiles.Instance.CreateNew(path, isBuffered), Count);
    }

    public void Sync(Stream stream)
    {
        Count();
        SystemFiles.Instance.Sync(((FailingStream)stream).Inner);
    }

    public void Rename(string from, string to)
    {
        Count();
        SystemFiles.Instance.Rename(from, to);
        HasRenamed = true;
    }

    public void SyncFolder(string folder)
    {
        Count();
        SystemFiles.Instance.SyncFolder(folder);
    }

    public void Delete(string path) => SystemFiles.Instance.Delete(path);

    private void Count()
    {
        const int NoSpace = 28;
        if (_operations++ == failing)
            throw new IOException("no space", NoSpace);
    }

    private sealed class FailingStream(Stream inner, Action count) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => inner.Position = value; }

        public override void Write(byte[] buffer, int offset, int length)
        {
            count();
            inner.Write(buffer, offset, length);
        }

        public override void Flush()
        {
            count();
            inner.Flush();
        }

        public override void SetLength(long value) => inner.SetLength(value);

        public override int Read(byte[] buffer, int offset, int length) => inner.Read(buffer, offset, length);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
