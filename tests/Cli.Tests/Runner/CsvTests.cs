using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>CSV files as other programs write them, for a program of six unnamed channels.</summary>
public sealed class CsvTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_of_the_users_choice_give_what_a_plain_file_gives()
    {
        var plain = Run(Table(i => $"{i % 3},0.5,-0.25,0,{i % 2},1"));
        var chosen = Run("time_ms;f;b;note;c;e;d;a\n" + Table(i => $"{20 * i};1,0;0,5;me;-0,25;{i % 2};0;{i % 3},0"), "--columns", "a,b,c,d,e,f");

        Assert.Equal(40, plain.OutLines.Length);
        Assert.Equal(plain.OutLines, chosen.OutLines);
        Assert.Contains("column 'time_ms' holds time stamps: 50 rows a second", chosen.Err);
    }

    [Fact]
    public void Time_stamps_are_reported_and_another_rate_warned_of()
    {
        var path = _folder.Write("x.csv", Table(i => $"{1_714_557_600_000 + 40 * i},1,2,3,4,5,6"));
        var result = Edgeseq.Run("run", Programs.Activity, "--source", $"csv:{path}", "--json");

        using var report = JsonDocument.Parse(result.Out);
        var stamps = report.RootElement.GetProperty("time_stamps");
        Assert.Equal(("1", "ms"), (stamps.GetProperty("column").GetString(), stamps.GetProperty("unit").GetString()));
        Assert.Equal(25, stamps.GetProperty("rate_hz").GetDouble(), 3);
        Assert.Contains("25 rows a second, the program was made for 50", result.Err);
    }

    [Fact]
    public void A_column_that_is_missing_ends_in_one_line() =>
        Edgeseq.RunWithInput("a,b\n1,2\n", "run", Programs.Activity, "--source", "csv:-", "--columns", "a,b,c,d,e,f")
            .AssertError(2, "ES0704", "no column 'c'; it has a, b");

    [Fact]
    public void Rows_of_a_live_pipe_are_stepped_as_they_come()
    {
        using var process = Edgeseq.Start("run", Programs.Activity, "--source", "csv:-", "--sink", "jsonl:-");
        process.StandardInput.WriteLine("timestamp,a,b,c,d,e,f");
        for (var row = 0; row < 3; row++)
        {
            process.StandardInput.WriteLine($"2024-05-01T10:00:0{row}Z,1,2,3,4,5,{row}");
            process.StandardInput.Flush();
            Assert.Contains($"\"step\":{row}", process.StandardOutput.ReadLine());
        }

        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static string Table(Func<int, string> row) => string.Concat(Enumerable.Range(0, 40).Select(i => $"{row(i)}\n"));

    private ToolResult Run(string text, params string[] more) =>
        Edgeseq.Run(["run", Programs.Activity, "--source", $"csv:{_folder.Write("x.csv", text)}", "--sink", "jsonl:-", .. more]);
}
