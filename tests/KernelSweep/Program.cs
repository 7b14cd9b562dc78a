using System.Diagnostics;
using System.Globalization;
using EdgeSeq.KernelSweep;

foreach (var check in Check.All)
{
    // Named before it runs: an access beyond a guard ends the process.
    Console.Write(check.Name);
    var begin = Stopwatch.GetTimestamp();
    try
    {
        check.Run();
    }
    catch (DifferenceException difference)
    {
        Console.WriteLine($": {difference.Message}");
        return 1;
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $", {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.00} s"));
}

return 0;
