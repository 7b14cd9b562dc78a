using System.Runtime.InteropServices;

namespace EdgeSeq.Native;

/// <content>Inputs and outputs of a session, by index.</content>
internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "edgeseq_set_f32")]
    public static int SetF32(long session, int input, float* values, long length)
    {
        try
        {
            var given = Arguments.Span(values, length, nameof(values));
            using var use = new SessionUse(Sessions.Find(session));
            var target = use.Session.Input(input);
            Arguments.RequireLength(given.Length, target.Length, nameof(values));
            given.CopyTo(target);
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_set_i64")]
    public static int SetI64(long session, int input, long* values, long length)
    {
        try
        {
            var given = Arguments.Span(values, length, nameof(values));
            using var use = new SessionUse(Sessions.Find(session));
            var target = use.Session.InputI64(input);
            Arguments.RequireLength(given.Length, target.Length, nameof(values));
            given.CopyTo(target);
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_get_f32")]
    public static int GetF32(long session, int output, float* values, long length)
    {
        try
        {
            var target = Arguments.Span(values, length, nameof(values));
            using var use = new SessionUse(Sessions.Find(session));
            var given = use.Session.Output(output);
            Arguments.RequireLength(target.Length, given.Length, nameof(values));
            given.CopyTo(target);
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_get_i64")]
    public static int GetI64(long session, int output, long* values, long length)
    {
        try
        {
            var target = Arguments.Span(values, length, nameof(values));
            using var use = new SessionUse(Sessions.Find(session));
            var given = use.Session.OutputI64(output);
            Arguments.RequireLength(target.Length, given.Length, nameof(values));
            given.CopyTo(target);
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_is_ready")]
    public static int IsReady(long session, int output)
    {
        try
        {
            using var use = new SessionUse(Sessions.Find(session));
            return use.Session.IsReady(output) ? 1 : 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_ready_length")]
    public static long ReadyLength(long session, int output)
    {
        try
        {
            using var use = new SessionUse(Sessions.Find(session));
            return use.Session.ReadyLength(output);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }
}
