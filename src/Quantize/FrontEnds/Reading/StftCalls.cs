using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>The short-time Fourier transform as torch, scipy, librosa and TensorFlow call it, and its inverse.</summary>
internal static class StftCalls
{
    public static StftStage Forward(CallText call, CallContext context)
    {
        var hz = context.Rate(call);
        var (frame, window, size) = Framing(call);
        var values = window.Values();
        var scale = call.Text("scaling") switch
        {
            null when call.Text("library") == "scipy" => 1 / values.Sum(),
            null or "none" => 1,
            "spectrum" => 1 / values.Sum(),
            "psd" => 1 / Math.Sqrt(hz * values.Sum(weight => weight * weight)),
            var other => throw FrontEndErrors.Invalid($"stft: scaling={other}", "none, spectrum or psd"),
        };
        if (call.Flag("normalized") == true)
            scale /= Math.Sqrt(size);

        foreach (var (name, value) in new[] { ("detrend", false), ("return_onesided", true), ("onesided", true), ("return_complex", true),
            ("padded", false), ("pad_end", false) })
        {
            if (call.Flag(name) == !value)
                throw FrontEndErrors.Invalid($"stft: {name}={(value ? "false" : "true")}", $"{name}={(value ? "true" : "false")}");
        }

        return new StftStage(frame, window, size, call.Text("output") ?? "magnitude") { Scale = scale * (call.Number("scale") ?? 1) };
    }

    public static InverseStftStage Inverse(CallText call, CallContext context)
    {
        context.Rate(call);
        var (frame, window, size) = Framing(call);
        return new InverseStftStage(frame, window, size) { Gain = call.Numbers("gain"), Trim = frame.PadLeft };
    }

    /// <summary>torch and librosa put a short window into the middle of the transform; scipy and TensorFlow at its start.</summary>
    private static (FrameSpec Frame, WindowSpec Window, int Size) Framing(CallText call)
    {
        var library = call.Text("library") ?? "torch";
        if (library is not ("torch" or "librosa" or "scipy" or "tensorflow"))
            throw FrontEndErrors.Invalid($"{call.Name}: there is no library '{library}'", "torch, librosa, scipy or tensorflow");

        var isFront = library is "scipy" or "tensorflow";
        var given = call.WholeOrNone("n_fft", "nfft", "fft_length");
        var length = call.WholeOrNone("win", "win_length", "window_length", "nperseg", "frame_length") ?? given ?? 512;
        var size = given ?? length;
        var hop = call.WholeOrNone("hop", "hop_length", "frame_step")
            ?? (call.WholeOrNone("noverlap") is int overlap ? length - overlap : isFront ? length / 2 : length / 4);
        var frameLength = isFront ? length : size;
        var window = Library.Window(call, "hann", length, periodic: library != "tensorflow" || length % 2 == 0, isFront ? 0
            : (size - length) / 2);
        var (lead, mode, isCentred) = Padding(call, library, frameLength);
        var frame = new FrameSpec(frameLength, Library.Positive(hop, "hop"), lead, mode);
        return (frame with { PadRight = isCentred && mode == "constant" ? lead : 0 }, window, size);
    }

    /// <summary>What stands before the first sample: librosa and scipy pad by half a frame where nothing else is said.</summary>
    private static (int Lead, string Mode, bool IsCentred) Padding(CallText call, string library, int length)
    {
        var boundary = call.Text("boundary") ?? (library == "scipy" ? "zeros" : null);
        var center = call.Flag("center") ?? (library == "librosa" || boundary is not (null or "none" or "None"));
        var mode = call.Text("pad_mode") ?? (boundary is null or "zeros" or "none" or "None" ? "constant" : boundary);
        var lead = call.Whole("lead") ?? 0;
        return (center ? length / 2 : lead, mode, center);
    }
}
