using System.Globalization;
using System.Text.RegularExpressions;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Benchmarks.Programs;
using EdgeSeq.Models.Folders;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Timing;
using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Benchmarks.Models;

/// <summary>Converts one model and times it beside ONNX Runtime: of a stream or a step, the derived model of one step; of a window, the
/// file on a whole window, all of it new at each call.</summary>
internal static class SpeedTrial
{
    private static readonly Regex HintedInput = new(@"--set (\w+)=(\w+)");

    public static ModelSpeed Run(ModelFile model)
    {
        try
        {
            var options = new ConvertOptions { Precision = ConvertPrecision.F32, Set = model.About.Constants };
            var float32 = Converted(model, ref options);
            return Measured(model, float32, options);
        }
        catch (EdgeSeqException refused)
        {
            return new ModelSpeed(model.Name, "", Note: refused.Code.ToString());
        }
    }

    private static ModelSpeed Measured(ModelFile model, ConversionResult float32, ConvertOptions options)
    {
        var isWindow = float32.Mode == "window";
        var steps = options.Hop ?? ProgramStep.StepsPerOutput(float32.Program);
        var int8 = Converter.Convert(model.Path, options with { Precision = ConvertPrecision.Int8 });
        using var int8Step = new ProgramStep(int8.Program, model.Name, steps);
        using var float32Step = new ProgramStep(float32.Program, model.Name, steps);
        var note = "";
        using var ort = Opened(() => isWindow ? OfWindow(model.Path, File.ReadAllBytes(model.Path), options)
            : OrtStep.WithStates(float32.ToStepModel(model.Name)), ref note);
        using var ortInt8 = Opened(() => isWindow ? QuantizedWindow(model.Path, options) : QuantizedStep(float32.ToStepModel(model.Name)),
            ref note);
        (OrtStep? Step, string Name)[] peers = [(ort, nameof(ort)), (ortInt8, nameof(ortInt8))];
        List<Subject> subjects = [new("", int8Step.Step), new("", float32Step.Step)];
        subjects.AddRange(peers.Where(peer => peer.Step is not null).Select(peer => new Subject(peer.Name, peer.Step!.Step)));
        var times = Turns.Fastest(subjects);
        double? Time(string name) => subjects.FindIndex(subject => subject.Name == name) is >= 0 and var at ? times[at] : null;
        return new ModelSpeed(model.Name, float32.Mode, times[0], times[1], Time(nameof(ort)), Time(nameof(ortInt8)), note);
    }

    /// <summary>Auto mode first; where that is refused and the hint names an input to set or a window, with that.</summary>
    private static ConversionResult Converted(ModelFile model, ref ConvertOptions options)
    {
        try
        {
            return Converter.Convert(model.Path, options);
        }
        catch (EdgeSeqException refused) when (options.Set.Count == 0 && HintedInput.Match(refused.Hint ?? "") is { Success: true } input)
        {
            options = options with { Set = new Dictionary<string, string> { [input.Groups[1].Value] = input.Groups[2].Value } };
            return Converted(model, ref options);
        }
        catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported
            && refused.Hint?.Contains("--mode window", StringComparison.Ordinal) == true)
        {
            var hinted = Regex.Match(refused.Hint, @"--window (\d+)");
            var length = model.About.FixedTime ?? model.LengthOfCalls
                ?? (hinted.Success ? (int?)int.Parse(hinted.Groups[1].Value, CultureInfo.InvariantCulture) : null);
            if (length is null)
                throw;
            options = options with { Mode = ConvertMode.Window, Window = length, Hop = length };
            return Converter.Convert(model.Path, options);
        }
    }

    /// <summary>Null, with a note, where ONNX Runtime cannot run it.</summary>
    private static OrtStep? Opened(Func<OrtStep?> open, ref string note)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is OnnxRuntimeException or EdgeSeqException or ArgumentException or OverflowException)
        {
            note = e.Message.Split('\n')[0];
            return null;
        }
    }

    private static OrtStep? QuantizedStep(byte[] stepModel)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, stepModel);
            return DynamicInt8.Of(OnnxModel.Load(file).Graph) is { } graph ? OrtStep.WithStates(OnnxWriter.ToBytes(graph)) : null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static OrtStep? QuantizedWindow(string path, ConvertOptions options) =>
        DynamicInt8.Of(OnnxModel.Load(path).Graph) is { } graph ? OfWindow(path, OnnxWriter.ToBytes(graph), options) : null;

    /// <summary>Sizes that the model leaves open: the last of them is the time, unless the file says how long that is; the others are
    /// 1.</summary>
    private static OrtStep OfWindow(string path, byte[] model, ConvertOptions options)
    {
        var inputs = new Dictionary<string, OnnxTensor>();
        foreach (var input in OnnxModel.Load(path).Graph.Inputs.Where(input => input.Dims is not null && !input.IsStatic))
        {
            var dims = input.Dims!.ToArray();
            var time = dims.Any(dim => dim.Size == options.Window) ? -1 : Array.FindLastIndex(dims, dim => dim.Size is null);
            long[] shape = [.. dims.Select((dim, axis) => dim.Size ?? (axis == time ? options.Window ?? 1 : 1))];
            inputs[input.Name] = input.ElementType == OnnxElementType.Float32 ? OrtCall.Floats(shape)
                : OnnxTensor.Filled(input.ElementType, shape, 0);
        }

        return new OrtStep(model, inputs);
    }
}
