using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.ConvertTool;

/// <summary>
/// Does the tool's work in a process of its own. ONNX Runtime ends its process on some malformed models, and the system ends one that
/// takes all memory: neither can be caught from inside, and both must read as one line with a code.
/// </summary>
internal static partial class Supervisor
{
    private const string WorkerMark = "EDGESEQ_CONVERT_WORKER";

    /// <summary>What a shell, and .NET, add to the number of the signal that ended a process.</summary>
    private const int SignalExit = 128;

    public static int Run(string[] args)
    {
        if (Environment.GetEnvironmentVariable(WorkerMark) is { } parent)
        {
            DieWith(parent);
            return CommandLine.Run(args);
        }

        using var worker = Process.Start(Worker(args))!;
        var interrupted = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        worker.WaitForExit();
        var signal = worker.ExitCode - SignalExit;
        if (interrupted || worker.ExitCode == (int)ExitCode.Interrupted || signal <= 0)
            return interrupted ? (int)ExitCode.Interrupted : worker.ExitCode;

        var error = new EdgeSeqException(
            ErrorCodes.OnnxRuntimeFails, $"the process that evaluated the model was ended by signal {signal}",
            "the model is malformed, or needs more memory than there is");
        Console.Error.WriteLine(error.Line);
        return (int)error.ExitCode;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted = true;
            worker.Kill();
        }
    }

    /// <summary>This process again, with the same streams.</summary>
    private static ProcessStartInfo Worker(string[] args)
    {
        string program = Environment.ProcessPath!, assembly = typeof(Supervisor).Assembly.Location;
        var hosted = Path.GetFileNameWithoutExtension(program) == "dotnet" && assembly.Length > 0;
        var start = new ProcessStartInfo(program, hosted ? [assembly, .. args] : args);
        start.Environment[WorkerMark] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    /// <summary>The system ends this process when its parent goes, however that ends. One that went before has left another in its
    /// place.</summary>
    private static void DieWith(string parent)
    {
        if (!OperatingSystem.IsLinux())
            return;

        _ = SystemCalls.Control(SystemCalls.SetParentDeathSignal, SystemCalls.Kill, 0, 0, 0);
        if (int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && SystemCalls.Parent() != id)
            Environment.Exit((int)ExitCode.Interrupted);
    }

    private static partial class SystemCalls
    {
        public const int SetParentDeathSignal = 1, Kill = 9;

        [LibraryImport("libc", EntryPoint = "prctl")]
        public static partial int Control(int option, nuint argument, nuint third, nuint fourth, nuint fifth);

        [LibraryImport("libc", EntryPoint = "getppid")]
        public static partial int Parent();
    }
}
