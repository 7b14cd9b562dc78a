using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Native;

/// <content>Streams.</content>
internal static unsafe partial class Exports
{
    private static readonly HandleTable<Session> Sessions = new("session");

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_open")]
    public static long Open(long model)
    {
        try
        {
            return Sessions.Add(Models.Find(model).Model.CreateSession());
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    /// <summary>A session that another thread steps stays open, with its handle.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgeseq_close")]
    public static int Close(long session)
    {
        try
        {
            Sessions.Find(session).Dispose();
            Sessions.Remove(session);
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_step_f32")]
    public static int StepF32(long session, float* input, long inputLength, float* output, long outputLength)
    {
        try
        {
            var given = Arguments.Span(input, inputLength, nameof(input));
            var wanted = Arguments.Span(output, outputLength, nameof(output));
            return (int)Sessions.Find(session).Step(given, wanted).Outcome;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_step_i64")]
    public static int StepI64(long session, long* input, long inputLength, float* output, long outputLength)
    {
        try
        {
            var given = Arguments.Span(input, inputLength, nameof(input));
            var wanted = Arguments.Span(output, outputLength, nameof(output));
            return (int)Sessions.Find(session).Step(given, wanted).Outcome;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_step")]
    public static int Step(long session)
    {
        try
        {
            return (int)Sessions.Find(session).Step().Outcome;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_flush")]
    public static int Flush(long session)
    {
        try
        {
            return (int)Sessions.Find(session).Flush().Outcome;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_flush_rest")]
    public static int FlushRest(long session, int elements)
    {
        try
        {
            return (int)Sessions.Find(session).Flush(elements).Outcome;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_reset")]
    public static int Reset(long session)
    {
        try
        {
            Sessions.Find(session).Reset();
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_step_count")]
    public static long StepCount(long session)
    {
        try
        {
            using var use = new SessionUse(Sessions.Find(session));
            return use.Session.StepCount;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_hold_non_finite")]
    public static int HoldNonFinite(long session, int hold)
    {
        try
        {
            using var use = new SessionUse(Sessions.Find(session));
            use.Session.NonFinite = hold != 0 ? NonFiniteInput.Hold : NonFiniteInput.Refuse;
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_save")]
    public static long Save(long session, byte* buffer, long capacity)
    {
        try
        {
            var target = Arguments.Span(buffer, capacity, nameof(buffer));
            using var stream = new MemoryStream();
            Sessions.Find(session).Save(stream);
            var state = stream.GetBuffer().AsSpan(0, (int)stream.Length);
            if (state.Length <= target.Length)
                state.CopyTo(target);
            return state.Length;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_restore")]
    public static int Restore(long session, byte* bytes, long size)
    {
        try
        {
            var state = Arguments.Span(bytes, size, nameof(bytes));
            using var stream = new UnmanagedMemoryStream(bytes, state.Length);
            Sessions.Find(session).Restore(stream);
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }
}
