using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>The functions of ALSA's library that recording needs (https://www.alsa-project.org/alsa-doc/alsa-lib/), loaded when they are
/// first used.</summary>
internal sealed unsafe class AlsaLibrary
{
    private const string Name = "libasound.so.2";
    private const int Capture = 1;
    private const int NonBlocking = 1;
    private const int Interleaved = 3;

    private static readonly Lazy<AlsaLibrary?> Loaded = new(() =>
        NativeLibrary.TryLoad(Name, out var handle) ? new AlsaLibrary(handle) : null);

    private readonly delegate* unmanaged<nint*, byte*, int, int, int> _open;
    private readonly delegate* unmanaged<nint, int> _close;
    private readonly delegate* unmanaged<nint*, int> _newParameters;
    private readonly delegate* unmanaged<nint, void> _freeParameters;
    private readonly delegate* unmanaged<nint, nint, int> _anyParameters;
    private readonly delegate* unmanaged<nint, nint, int, int> _setAccess;
    private readonly delegate* unmanaged<nint, nint, int, int> _setFormat;
    private readonly delegate* unmanaged<nint, uint*, int> _leastChannels;
    private readonly delegate* unmanaged<nint, nint, uint, int> _setChannels;
    private readonly delegate* unmanaged<nint, nint, uint, int, int> _setRate;
    private readonly delegate* unmanaged<nint, nint, uint*, int*, int> _setRateNear;
    private readonly delegate* unmanaged<nint, nint, uint*, int*, int> _setBufferTimeNear;
    private readonly delegate* unmanaged<nint, nint, uint*, int*, int> _setPeriodTimeNear;
    private readonly delegate* unmanaged<nint, nint, int> _setParameters;
    private readonly delegate* unmanaged<nint, int> _prepare;
    private readonly delegate* unmanaged<nint, int> _start;
    private readonly delegate* unmanaged<nint, int> _resume;
    private readonly delegate* unmanaged<nint, byte*, nuint, nint> _read;
    private readonly delegate* unmanaged<nint, int, int> _wait;
    private readonly delegate* unmanaged<int, nint> _words;

    private AlsaLibrary(nint library)
    {
        _open = (delegate* unmanaged<nint*, byte*, int, int, int>)Export(library, "snd_pcm_open");
        _close = (delegate* unmanaged<nint, int>)Export(library, "snd_pcm_close");
        _newParameters = (delegate* unmanaged<nint*, int>)Export(library, "snd_pcm_hw_params_malloc");
        _freeParameters = (delegate* unmanaged<nint, void>)Export(library, "snd_pcm_hw_params_free");
        _anyParameters = (delegate* unmanaged<nint, nint, int>)Export(library, "snd_pcm_hw_params_any");
        _setAccess = (delegate* unmanaged<nint, nint, int, int>)Export(library, "snd_pcm_hw_params_set_access");
        _setFormat = (delegate* unmanaged<nint, nint, int, int>)Export(library, "snd_pcm_hw_params_set_format");
        _leastChannels = (delegate* unmanaged<nint, uint*, int>)Export(library, "snd_pcm_hw_params_get_channels_min");
        _setChannels = (delegate* unmanaged<nint, nint, uint, int>)Export(library, "snd_pcm_hw_params_set_channels");
        _setRate = (delegate* unmanaged<nint, nint, uint, int, int>)Export(library, "snd_pcm_hw_params_set_rate");
        _setRateNear = (delegate* unmanaged<nint, nint, uint*, int*, int>)Export(library, "snd_pcm_hw_params_set_rate_near");
        _setBufferTimeNear = (delegate* unmanaged<nint, nint, uint*, int*, int>)Export(library, "snd_pcm_hw_params_set_buffer_time_near");
        _setPeriodTimeNear = (delegate* unmanaged<nint, nint, uint*, int*, int>)Export(library, "snd_pcm_hw_params_set_period_time_near");
        _setParameters = (delegate* unmanaged<nint, nint, int>)Export(library, "snd_pcm_hw_params");
        _prepare = (delegate* unmanaged<nint, int>)Export(library, "snd_pcm_prepare");
        _start = (delegate* unmanaged<nint, int>)Export(library, "snd_pcm_start");
        _resume = (delegate* unmanaged<nint, int>)Export(library, "snd_pcm_resume");
        _read = (delegate* unmanaged<nint, byte*, nuint, nint>)Export(library, "snd_pcm_readi");
        _wait = (delegate* unmanaged<nint, int, int>)Export(library, "snd_pcm_wait");
        _words = (delegate* unmanaged<int, nint>)Export(library, "snd_strerror");
        ((delegate* unmanaged<delegate* unmanaged<byte*, int, byte*, int, byte*, void>, int>)Export(library, "snd_lib_error_set_handler"))(
            &Ignore);
    }

    /// <exception cref="EdgeSeqException">ES0610 where the library is missing.</exception>
    public static AlsaLibrary Load(string source) => Loaded.Value ?? throw new EdgeSeqException(
        ErrorCodes.BusUnusable, $"{source}: {Name} is missing", "apt install libasound2 (libasound2t64 from Debian 13 on)");

    public string Words(int error) => Marshal.PtrToStringUTF8(_words(error)) ?? "";

    public int Open(string device, out nint pcm)
    {
        nint opened = 0;
        int result;
        fixed (byte* name = (byte[])[.. System.Text.Encoding.UTF8.GetBytes(device), 0])
            result = _open(&opened, name, Capture, NonBlocking);
        pcm = opened;
        return result;
    }

    public void Close(nint pcm) => _ = _close(pcm);

    public nint NewParameters(nint pcm)
    {
        nint parameters;
        _ = _newParameters(&parameters);
        _ = _anyParameters(pcm, parameters);
        return parameters;
    }

    public void FreeParameters(nint parameters) => _freeParameters(parameters);

    public int SetInterleaved(nint pcm, nint parameters) => _setAccess(pcm, parameters, Interleaved);

    public int SetFormat(nint pcm, nint parameters, int format) => _setFormat(pcm, parameters, format);

    public int LeastChannels(nint parameters)
    {
        uint channels = 1;
        return _leastChannels(parameters, &channels) < 0 ? 1 : (int)channels;
    }

    public int SetChannels(nint pcm, nint parameters, int channels) => _setChannels(pcm, parameters, (uint)channels);

    /// <summary>Sets the rate to exactly this one.</summary>
    public int SetRate(nint pcm, nint parameters, int rateHz) => _setRate(pcm, parameters, (uint)rateHz, 0);

    /// <summary>The rate that the device would take instead.</summary>
    public int NearestRate(nint pcm, nint parameters, int rateHz)
    {
        var near = (uint)rateHz;
        _ = _setRateNear(pcm, parameters, &near, null);
        return (int)near;
    }

    public void SetTimes(nint pcm, nint parameters, int bufferMicroseconds, int periodMicroseconds)
    {
        var (buffer, period) = ((uint)bufferMicroseconds, (uint)periodMicroseconds);
        _ = _setBufferTimeNear(pcm, parameters, &buffer, null);
        _ = _setPeriodTimeNear(pcm, parameters, &period, null);
    }

    public int SetParameters(nint pcm, nint parameters) => _setParameters(pcm, parameters);

    public int Start(nint pcm)
    {
        var result = _prepare(pcm);
        return result < 0 ? result : _start(pcm);
    }

    public int Resume(nint pcm) => _resume(pcm);

    public int Read(nint pcm, Span<byte> bytes, int frames)
    {
        fixed (byte* target = bytes)
            return (int)_read(pcm, target, (nuint)frames);
    }

    public int Wait(nint pcm, int milliseconds) => _wait(pcm, milliseconds);

    private static nint Export(nint library, string name) => NativeLibrary.GetExport(library, name);

    /// <summary>Takes the lines that the library would write to standard error; our errors say the same.</summary>
    [UnmanagedCallersOnly]
    private static void Ignore(byte* file, int line, byte* function, int error, byte* format)
    {
    }
}
