using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Native;

/// <summary>Keeps a session's memory while a part of it is copied: no other thread may step or close it in between.</summary>
internal readonly ref struct SessionUse : IDisposable
{
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0504 while another thread uses the session.</exception>
    public SessionUse(Session session)
    {
        session.Enter();
        Session = session;
    }

    public Session Session { get; }

    public void Dispose() => Session.Leave();
}
