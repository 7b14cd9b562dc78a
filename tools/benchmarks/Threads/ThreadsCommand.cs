using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Paired;

namespace EdgeSeq.Benchmarks.Threads;

/// <summary><c>threads [--rounds N]</c>: what a second thread would bring to the product of a large layer, with steps back to back
/// and with a pause before each, as a sensor makes them.</summary>
internal static class ThreadsCommand
{
    private static readonly (int Rows, int Columns)[] Sizes = [(1024, 512), (2048, 1024), (4096, 2048), (8192, 4096)];

    public static int Run(string[] args)
    {
        var rounds = int.Parse(PairedCommand.Option(args, "--rounds") ?? "501", CultureInfo.InvariantCulture);
        Console.WriteLine("| matrix | bytes | pause, ms | one thread, ns | two threads, ns | two / one | quartiles |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var (rows, columns) in Sizes)
        {
            using var product = new SplitProduct(rows, columns);
            foreach (var pause in (int[])[0, 2])
            {
                var (one, two) = Measure(product, rounds, pause);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {rows} × {columns} | {product.Bytes} | {pause} | {one:F0} | {two.Nanoseconds:F0} | {two.Ratio:F2} | {two.LowerQuartile:F2}–{two.UpperQuartile:F2} |"));
            }
        }

        return 0;
    }

    private static (double One, Timing Two) Measure(SplitProduct product, int rounds, int pause)
    {
        using var second = new SecondThread(product.Lower);
        product.Whole();
        var expected = product.Result.ToArray();
        var (one, two) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            one[round] = Step(product.Whole, pause);
            two[round] = Step(() =>
            {
                second.Start();
                product.Upper();
                second.Wait();
            }, pause);
            if (!product.Result.SequenceEqual(expected))
                throw new InvalidOperationException("Two threads gave other bits than one.");
        }

        var alone = Timing.Of("one thread", one, one);
        return (alone.Nanoseconds, Timing.Of("two threads", two, one));
    }

    private static double Step(Action step, int pause)
    {
        if (pause > 0)
            Thread.Sleep(pause);
        var start = Stopwatch.GetTimestamp();
        step();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
