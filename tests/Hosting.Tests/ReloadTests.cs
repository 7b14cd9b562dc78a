using EdgeSeq.Runtime.Errors;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Hosting.Tests;

/// <summary>A model whose file is replaced.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly ProgramFile _file = new(ProgramFile.Table(10, 20));
    private readonly ListLog _log = new();
    private readonly HostedModel _model;

    public ReloadTests() => _model = new HostedModel(new EdgeSeqOptions { Program = _file.Path }, _log);

    public void Dispose()
    {
        _model.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void New_sessions_get_the_new_version_and_open_ones_stay_with_theirs()
    {
        using var old = _model.CreateSession();
        _file.Write(ProgramFile.Table(100, 200).Build());

        Assert.True(_model.Reload());

        using var next = _model.CreateSession();
        Assert.Equal(200, Row(next));
        Assert.Equal(20, Row(old));
        Assert.NotEqual(old.Model.Checksum, next.Model.Checksum);
        Assert.Equal([LogLevel.Information, LogLevel.Information], _log.Entries.Select(entry => entry.Level));
    }

    [Fact]
    public void A_file_that_did_not_change_is_no_new_version()
    {
        var first = _model.Current;
        Assert.False(_model.Reload());
        _file.Write(ProgramFile.Table(10, 20).Build());
        Assert.False(_model.Reload());
        Assert.Same(first, _model.Current);
    }

    [Fact]
    public void A_damaged_file_is_told_once_and_the_version_before_stays()
    {
        var first = _model.Current;
        _file.Write("no program"u8.ToArray());

        Assert.False(_model.Reload());
        Assert.False(_model.Reload());

        Assert.Same(first, _model.Current);
        using var session = _model.CreateSession();
        Assert.Equal(20, Row(session));
        var told = Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Error);
        Assert.Contains("error ES01", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_comes_back_sound_is_taken()
    {
        _ = _model.Current;
        File.Delete(_file.Path);
        Assert.False(_model.Reload());
        _file.Write(ProgramFile.Table(1, 2).Build());
        Assert.True(_model.Reload());
        using var session = _model.CreateSession();
        Assert.Equal(2, Row(session));
    }

    [Fact]
    public void A_first_version_that_is_not_there_is_the_callers_error()
    {
        using var missing = new HostedModel(new EdgeSeqOptions { Program = _file.Path + ".not" });
        Assert.Equal(ErrorCodes.FileMissing, Assert.Throws<EdgeSeqException>(() => missing.CreateSession()).Code);
    }

    [Fact]
    public void After_its_end_there_are_no_new_sessions_and_old_ones_go_on()
    {
        using var session = _model.CreateSession();
        _model.Dispose();
        Assert.Throws<ObjectDisposedException>(_model.CreateSession);
        Assert.Equal(20, Row(session));
    }

    /// <summary>Sessions are opened and used while versions come and go.</summary>
    [Fact]
    public void Versions_may_change_while_sessions_are_opened()
    {
        var versions = new[] { ProgramFile.Table(10, 20).Build(), ProgramFile.Table(100, 200).Build() };
        _ = _model.Current;
        var stop = false;
        var users = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var opened = 0;
            while (!Volatile.Read(ref stop))
            {
                using var session = _model.CreateSession();
                Assert.Contains(Row(session), new[] { 20f, 200f });
                opened++;
            }

            return opened;
        }, TestContext.Current.CancellationToken)).ToArray();
        for (var i = 1; i <= 50; i++)
        {
            _file.Write(versions[i % 2]);
            Assert.True(_model.Reload());
        }

        Volatile.Write(ref stop, true);
        Assert.All(users, user => Assert.InRange(user.GetAwaiter().GetResult(), 1, int.MaxValue));
    }

    private static float Row(HostedSession session)
    {
        var row = new float[1];
        Assert.True(session.Step(1, row));
        return row[0];
    }
}
