using EdgeSeq.Device.Sensors;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>A capture device by ALSA's library.</summary>
internal sealed class AlsaPcm : IPcm
{
    private const int BufferMicroseconds = 500_000;
    private const int PeriodMicroseconds = 20_000;
    private const int NoEntry = 2;
    private const int Busy = 16;
    private const int Suspended = 86;

    private readonly AlsaLibrary _library;
    private nint _pcm;

    private AlsaPcm(AlsaLibrary library, nint pcm, PcmShape shape)
    {
        _library = library;
        _pcm = pcm;
        Shape = shape;
    }

    public PcmShape Shape { get; }

    /// <summary>Opens and starts a device at exactly the rate that is wanted.</summary>
    /// <exception cref="EdgeSeqException">ES0610 without ALSA's library, ES0704 for a rate or number of channels that the device does not
    /// have.</exception>
    /// <exception cref="SensorException">The device does not open.</exception>
    public static AlsaPcm Open(AlsaRequest request)
    {
        var library = AlsaLibrary.Load(request.Source);
        var error = library.Open(request.Device, out var pcm);
        if (error < 0)
            throw Unusable(library, request, error);
        var parameters = library.NewParameters(pcm);
        try
        {
            var shape = Agree(library, pcm, parameters, request);
            library.SetTimes(pcm, parameters, BufferMicroseconds, PeriodMicroseconds);
            Require(library, library.SetParameters(pcm, parameters), request);
            Require(library, library.Start(pcm), request);
            return new AlsaPcm(library, pcm, shape);
        }
        catch
        {
            library.Close(pcm);
            throw;
        }
        finally
        {
            library.FreeParameters(parameters);
        }
    }

    public int Read(Span<byte> bytes) => _library.Read(_pcm, bytes, bytes.Length / Shape.FrameBytes);

    public int Wait(int milliseconds) => _library.Wait(_pcm, milliseconds);

    public int Recover(int error)
    {
        var resumed = error == -Suspended ? _library.Resume(_pcm) : -1;
        return resumed >= 0 ? resumed : _library.Start(_pcm);
    }

    public void Dispose()
    {
        if (_pcm != 0)
            _library.Close(_pcm);
        _pcm = 0;
    }

    private static PcmShape Agree(AlsaLibrary library, nint pcm, nint parameters, AlsaRequest request)
    {
        Require(library, library.SetInterleaved(pcm, parameters), request);
        var format = PcmFormat.All.FirstOrDefault(format => library.SetFormat(pcm, parameters, format.Code) >= 0)
            ?? throw Invalid(request, $"the device has none of the formats {string.Join(", ", PcmFormat.All.Select(each => each.Name))}");
        var channels = request.Channels ?? library.LeastChannels(parameters);
        if (library.SetChannels(pcm, parameters, channels) < 0)
            throw Invalid(request, $"the device has no {channels} channels");
        if (library.SetRate(pcm, parameters, request.RateHz) >= 0)
            return new PcmShape(format, channels, request.RateHz);
        var near = library.NearestRate(pcm, parameters, request.RateHz);
        throw new EdgeSeqException(
            ErrorCodes.OptionInvalid, $"{request.Source}: the device has no rate of {request.RateHz} Hz",
            $"rate={near} records at a rate that it has, and converts; alsa:plug{request.Device} lets ALSA do so");
    }

    private static EdgeSeqException Invalid(AlsaRequest request, string problem) =>
        new(ErrorCodes.OptionInvalid, $"{request.Source}: {problem}", $"alsa:plug{request.Device} lets ALSA convert");

    private static void Require(AlsaLibrary library, int result, AlsaRequest request)
    {
        if (result < 0)
            throw Unusable(library, request, result);
    }

    private static SensorException Unusable(AlsaLibrary library, AlsaRequest request, int error)
    {
        var status = -error == NoEntry ? SampleStatus.Gone : SampleStatus.BusError;
        var hint = -error == Busy ? "; another program records from it" : "";
        return new SensorException(status, -error, $"ALSA's device '{request.Device}': {library.Words(error)}{hint}");
    }
}
