namespace EdgeSeq.Device.Files;

/// <summary>What a path that is to be written leads to, once all symbolic links are followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing, or a regular file: it is replaced by rename.</summary>
    Regular,

    Folder,

    /// <summary>A device, a pipe or a socket: it is written to and never replaced.</summary>
    Special,
}
