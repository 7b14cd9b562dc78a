using System.Reflection;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Errors;

public class ErrorCodesTests
{
    [Fact]
    public void All_lists_every_code_once_in_ascending_order()
    {
        var declared = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorCode))
            .Select(field => (ErrorCode)field.GetValue(null)!)
            .OrderBy(code => code.Number);

        Assert.Equal(declared, ErrorCodes.All);
        Assert.Equal(ErrorCodes.All.Count, ErrorCodes.All.Select(code => code.Number).Distinct().Count());
    }

    [Fact]
    public void Every_code_has_a_cause_and_a_cure() => Assert.Equal(ErrorCodes.All, ErrorCures.All.Keys.OrderBy(code => code.Number));

    [Fact]
    public void Every_code_exits_as_its_range_says()
    {
        Assert.All(ErrorCodes.All, code => Assert.Contains(code.Exit, Exits(code.Number / 100)));

        static ExitCode[] Exits(int hundred) => hundred switch
        {
            4 => [ExitCode.Unsupported],
            6 => [ExitCode.Device, ExitCode.BadData],
            7 => [ExitCode.Usage],
            8 => [ExitCode.CheckFailed],
            _ => [ExitCode.BadData],
        };
    }

    [Fact]
    public void The_line_names_code_message_and_hint()
    {
        var e = new EdgeSeqException(ErrorCodes.FileMissing, "a.eseq: no such file", "check the path");
        Assert.Equal("error ES0601: a.eseq: no such file. Hint: check the path", e.Line);
    }

    [Fact]
    public void The_page_of_error_codes_is_up_to_date()
    {
        var path = Repository.Path("docs/errors.md");
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
            File.WriteAllText(path, ErrorPage.Text());
        Assert.Equal(ErrorPage.Text(), File.ReadAllText(path));
    }
}
