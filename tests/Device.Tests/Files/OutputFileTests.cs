using System.Runtime.Versioning;
using EdgeSeq.Device.Files;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Files;

public sealed class OutputFileTests : IDisposable
{
    private static readonly byte[] Old = [.. "the old content"u8];
    private static readonly byte[] New = [.. "the new"u8];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_has_its_old_content_until_the_new_one_is_whole()
    {
        var path = _folder.Write("file", Old);
        using (var file = new OutputFile(path))
        {
            file.Stream.Write(New);
            Assert.Equal(Old, File.ReadAllBytes(path));
            file.Commit();
        }

        Assert.Equal(New, File.ReadAllBytes(path));
        Assert.Equal(["file"], _folder.Names);
    }

    [Fact]
    public void Without_a_commit_nothing_changes_and_nothing_is_left()
    {
        var path = _folder.Write("file", Old);
        using (var file = new OutputFile(path))
            file.Stream.Write(New);

        Assert.Equal(Old, File.ReadAllBytes(path));
        Assert.Equal(["file"], _folder.Names);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_mode_of_a_replaced_file_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the modes of Unix");
        var path = _folder.Write("file", Old);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        OutputFile.Write(path, New);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_symbolic_link_stays_and_its_target_is_written(bool targetExists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        var target = _folder.File("target");
        if (targetExists)
            File.WriteAllBytes(target, Old);
        File.CreateSymbolicLink(_folder.File("link"), "target");

        OutputFile.Write(_folder.File("link"), New);

        Assert.Equal("target", new FileInfo(_folder.File("link")).LinkTarget);
        Assert.Equal(New, File.ReadAllBytes(target));
    }

    [Fact]
    public void Links_in_a_circle_are_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");

        Assert.Contains("circle", Failure(() => OutputFile.Write(_folder.File("a"), New)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_written_to_and_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full and /dev/null");

        Assert.Contains("no space left", Failure(() => OutputFile.Write("/dev/full", New)), StringComparison.Ordinal);
        OutputFile.Write("/dev/null", New);

        Assert.All(["/dev/full", "/dev/null"], device => Assert.Equal(FileKind.Special, OutputPath.Resolve(device).Kind));
    }

    [Fact]
    public void A_folder_is_refused() =>
    Assert.Contains("folder", Failure(() => OutputFile.Write(_folder.File("."), New)), StringComparison.Ordinal);

    [Fact]
    public void Every_failing_operation_leaves_the_old_file_and_nothing_else()
    {
        var path = _folder.Write("file", Old);
        for (var failing = 0; ; failing++)
        {
            var files = new FailingFiles(failing);
            try
            {
                using var file = new OutputFile(path, files);
                file.Stream.Write(New);
                file.Commit();
            }
            catch (EdgeSeqException e)
            {
                Assert.Equal(ErrorCodes.WriteFailed, e.Code);
                Assert.Equal(files.HasRenamed ? New : Old, File.ReadAllBytes(path));
                Assert.Equal(["file"], _folder.Names);
                continue;
            }

            Assert.InRange(failing, 4, 20);
            break;
        }
    }

    [Fact]
    public void An_output_that_is_an_input_is_refused_by_whatever_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        var path = _folder.Write("file", Old);
        File.CreateSymbolicLink(_folder.File("link"), "file");

        var error = Assert.Throws<EdgeSeqException>(() => OutputPath.RequireOther(_folder.File("link"), null, path));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        OutputPath.RequireOther(_folder.File("other"), path);
    }

    private static string Failure(Action action)
    {
        var error = Assert.Throws<EdgeSeqException>(action);
        Assert.Equal(ErrorCodes.WriteFailed, error.Code);
        return error.Message;
    }
}
