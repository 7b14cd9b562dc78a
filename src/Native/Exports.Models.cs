using System.Reflection;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Native;

/// <summary>The functions of edgeseq.h, which says what each does. Every one ends in a number: exceptions stay inside.</summary>
internal static unsafe partial class Exports
{
    private const int Abi = 1;
    private const string NameOfMemory = "the program in memory";

    private static readonly HandleTable<LoadedModel> Models = new("model");

    private static readonly byte[] Version =
        Text.Pinned(typeof(Exports).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_version")]
    public static byte* GetVersion() => Text.Address(Version);

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_abi")]
    public static int GetAbi() => Abi;

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_last_error")]
    public static byte* GetLastError() => LastError.Line;

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_allocated_bytes")]
    public static long GetAllocatedBytes() => GC.GetAllocatedBytesForCurrentThread();

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_load")]
    public static long Load(byte* path)
    {
        try
        {
            return Add(Model.Load(Text.Read(path, nameof(path))));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_load_memory")]
    public static long LoadMemory(byte* bytes, long size, byte* name)
    {
        try
        {
            var content = Arguments.Span(bytes, size, nameof(bytes)).ToArray();
            return Add(Model.Load(content, name is null ? NameOfMemory : Text.Read(name, nameof(name))));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_unload")]
    public static int Unload(long model)
    {
        try
        {
            var loaded = Models.Find(model);
            Models.Remove(model);
            loaded.Model.Dispose();
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_describe")]
    public static int Describe(long model, ModelInfo* info)
    {
        try
        {
            Arguments.Require(info, nameof(info));
            *info = Models.Find(model).Info;
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_input")]
    public static int DescribeInput(long model, int index, Port* input)
    {
        try
        {
            Arguments.Require(input, nameof(input));
            *input = Arguments.At(Models.Find(model).Inputs, index, nameof(input));
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_output")]
    public static int DescribeOutput(long model, int index, Port* output)
    {
        try
        {
            Arguments.Require(output, nameof(output));
            *output = Arguments.At(Models.Find(model).Outputs, index, nameof(output));
            return 0;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_input_index")]
    public static int InputIndex(long model, byte* name)
    {
        try
        {
            return Models.Find(model).Model.RequireInput(Text.Read(name, nameof(name)));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgeseq_output_index")]
    public static int OutputIndex(long model, byte* name)
    {
        try
        {
            return Models.Find(model).Model.RequireOutput(Text.Read(name, nameof(name)));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    private static long Add(Model model)
    {
        try
        {
            return Models.Add(new LoadedModel(model));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
