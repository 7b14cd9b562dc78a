using System.Globalization;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Runtime.Errors;
using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>
/// Tensor data in files beside the model. Only plain files inside the model's own folder are read: no absolute path, no "..", no
/// link.
/// </summary>
internal sealed class ExternalData(string folder) : IDisposable
{
    /// <summary>All external data of a model together, in bytes.</summary>
    private const long MaxTotal = 16L << 30;

    private readonly Dictionary<string, SafeFileHandle> _files = [];
    private long _total;

    /// <param name="length">Bytes that the tensor's type and shape need.</param>
    public byte[] Read(TensorProto tensor, long length)
    {
        var entries = new Dictionary<string, string>();
        foreach (var entry in tensor.ExternalData)
            entries[entry.Key] = entry.Value;

        var location = entries.GetValueOrDefault("location", "");
        var offset = Number(tensor, entries, "offset", 0);
        if (Number(tensor, entries, "length", length) != length)
        {
            throw new EdgeSeqException(
                ErrorCodes.OnnxTensorInvalid, $"tensor '{tensor.Name}' has {entries["length"]} bytes of external data and needs {length}");
        }

        _total += length;
        if (_total > MaxTotal)
            throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"the model's external data exceeds {MaxTotal} bytes");
        try
        {
            var path = Existing(tensor, location, offset, length);
            return length == 0 ? [] : Read(tensor, Open(path), location, offset, length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(tensor, location, $"cannot be read: {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }

    private static byte[] Read(TensorProto tensor, SafeFileHandle file, string location, long offset, long length)
    {
        var bytes = new byte[length];
        var done = 0;
        while (done < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0)
                throw Refused(tensor, location, "ended while it was read");
            done += read;
        }

        return bytes;
    }

    private static long Number(TensorProto tensor, Dictionary<string, string> entries, string key, long absent)
    {
        if (!entries.TryGetValue(key, out var text))
            return absent;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= long.MaxValue / 2
            ? value
            : throw new EdgeSeqException(
                ErrorCodes.OnnxTensorInvalid, $"tensor '{tensor.Name}' has external data with {key} '{text}'");
    }

    private SafeFileHandle Open(string path)
    {
        if (!_files.TryGetValue(path, out var file))
            _files[path] = file = File.OpenHandle(path);
        return file;
    }

    /// <summary>The path of a file with that many bytes. Pipes and devices have none, and to open one could wait for ever.</summary>
    private string Existing(TensorProto tensor, string location, long offset, long length)
    {
        var path = Resolve(tensor, location);
        if (!File.Exists(path))
            throw Refused(tensor, location, "does not exist");
        var available = new FileInfo(path).Length;
        return offset <= available && length <= available - offset
            ? path
            : throw Refused(tensor, location, $"has {available} bytes; the tensor needs bytes {offset} to {offset + length}");
    }

    /// <summary>Goes down from the model's folder part by part and refuses every link on the way.</summary>
    private string Resolve(TensorProto tensor, string location)
    {
        var parts = location.Replace('\\', '/').Split('/');
        if (location.Contains('\0') || location.Contains(':') || parts.Any(part => part is "" or ".."))
            throw Refused(tensor, location, "is not a path inside the model's folder");

        var path = folder;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
                throw Refused(tensor, location, "leads through a symbolic link");
        }

        return path;
    }

    private static EdgeSeqException Refused(TensorProto tensor, string location, string reason, Exception? inner = null) =>
        new(
            ErrorCodes.ExternalDataRefused,
            $"tensor '{tensor.Name}': the external file '{location}' {reason}",
            "keep external data as plain files in the model's own folder",
            inner);
}
