namespace EdgeSeq.Benchmarks.Threads;

/// <summary>A thread that does its part of a step whenever it is asked to. Between steps it is blocked and uses no time.</summary>
internal sealed class SecondThread : IDisposable
{
    private readonly Action _part;
    private readonly ManualResetEventSlim _go = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;
    private volatile bool _done;
    private volatile bool _ended;

    public SecondThread(Action part)
    {
        _part = part;
        _thread = new Thread(Work) { IsBackground = true };
        _thread.Start();
    }

    public void Start()
    {
        _done = false;
        _go.Set();
    }

    /// <summary>The caller spins: it has work of the same length, so little is left to wait for.</summary>
    public void Wait()
    {
        var spin = default(SpinWait);
        while (!_done)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    public void Dispose()
    {
        _ended = true;
        _go.Set();
        _thread.Join();
        _go.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _go.Wait();
            _go.Reset();
            if (_ended)
                return;
            _part();
            _done = true;
        }
    }
}
