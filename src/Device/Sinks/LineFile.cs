using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks;

/// <summary>Opens what a sink of lines writes to: standard output; a device or a pipe, written to as lines come; for a live source a file
/// that grows as lines come, and is added to where the stream goes on from a snapshot; else a file that takes its name when the run
/// ends.</summary>
internal static class LineFile
{
    public static Utf8Writer Open(string name, string path, SinkContext context)
    {
        if (path == EndpointName.Standard)
            return new Utf8Writer(name, StandardOutputStream.Open());
        var (target, kind) = OutputPath.Resolve(path);
        if (kind == FileKind.Regular && !context.IsLive)
            return new Utf8Writer(name, new OutputFile(path, SystemFiles.Instance, isBuffered: false));
        try
        {
            var mode = kind == FileKind.Special ? FileMode.Open : context.GoesOn ? FileMode.Append : FileMode.Create;
            return new Utf8Writer(name, new FileStream(target, mode, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{name}: {IoReason.Of(e)}", inner: e);
        }
    }
}
