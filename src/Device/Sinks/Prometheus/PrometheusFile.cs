using System.Text;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks.Prometheus;

/// <summary>Writes the metrics to a file again and again, each time whole.</summary>
internal sealed class PrometheusFile : IPrometheusExporter
{
    private readonly string _path;
    private readonly TimeSpan _every;
    private readonly PrometheusText _text;
    private readonly WarningLog _log;
    private readonly Signal _ending = new(stays: true);
    private readonly Thread _thread;

    /// <exception cref="EdgeSeqException">ES0603: it is written once at the start.</exception>
    public PrometheusFile(string name, string path, TimeSpan every, PrometheusText text, Action<string> warn)
    {
        _path = path;
        _every = every;
        _text = text;
        _log = new WarningLog(name, warn);
        Write();
        _thread = new Thread(Work) { IsBackground = true, Name = "prometheus" };
        _thread.Start();
    }

    public void Complete()
    {
        Dispose();
        TryWrite();
    }

    public void Dispose()
    {
        _ending.Set();
        _thread.Join();
    }

    private void Work()
    {
        while (!_ending.Wait(_every))
            TryWrite();
    }

    private void TryWrite()
    {
        try
        {
            Write();
        }
        catch (EdgeSeqException e)
        {
            _log.Warn(e.Message);
        }
    }

    private void Write() => OutputFile.Write(_path, Encoding.UTF8.GetBytes(_text.Write()));
}
