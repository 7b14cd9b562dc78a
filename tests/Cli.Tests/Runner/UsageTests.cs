using System.Reflection;
using EdgeSeq.Cli.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public class UsageTests
{
    [Theory]
    [InlineData("dance", "ES0701", "'dance'")]
    [InlineData("bnech", "ES0701", "did you mean bench?")]
    [InlineData("--verison", "ES0701", "did you mean --version?")]
    [InlineData("run {p} --sorce sim:walking", "ES0701", "did you mean --source?")]
    [InlineData("run", "ES0701", "'--source' is required")]
    [InlineData("run {p}", "ES0701", "'--source' is required")]
    [InlineData("run {p} extra --source sim:walking", "ES0701", "'extra'")]
    [InlineData("run {p} --source sim:walking --nope", "ES0701", "--nope")]
    [InlineData("run {p} --source", "ES0701", "argument missing for option: '--source'")]
    [InlineData("run {p} --source sim:walking --source sim:lying", "ES0701", "2 were provided")]
    [InlineData("run {p} --source sim:walking --rate fast", "ES0701", "'fast'")]
    [InlineData("run {p} --source sim:walking --rate 0", "ES0701", "a number above 0")]
    [InlineData("run {p} --source sim:walking --steps=0", "ES0701", "'0'")]
    [InlineData("run {p} --source sim:walking --on-fault ignore", "ES0701", "stop or hold or reset")]
    [InlineData("run {p} --source sim:walking --json=yes", "ES0701", "'yes'")]
    [InlineData("run {p} --source knx:1/2/3", "ES0702", "npy:PATH")]
    [InlineData("run {p} --source sim:walking --sink printer:17", "ES0703", "jsonl:PATH")]
    [InlineData("run {p} --source sim:walking --sink jsonl:- --json", "ES0704", "standard output")]
    [InlineData("run {p} --source sim:walking --hop 2", "ES0704", "--hop")]
    [InlineData("bench {p} --json --steps -1", "ES0701", "'-1'")]
    [InlineData("inspect", "ES0701", "PROGRAM")]
    [InlineData("inspect x.eseq --graph svg", "ES0701", "mermaid or dot")]
    [InlineData("inspect x.eseq --graph dot --json", "ES0701", "--json")]
    [InlineData("selftest {p} --json", "ES0701", "--json")]
    [InlineData("demo --seconds x", "ES0701", "'x'")]
    [InlineData("completions tcsh", "ES0701", "bash or zsh or fish")]
    public void A_wrong_command_line_is_one_line_and_exit_code_2(string arguments, string code, string words) =>
        Edgeseq.Run([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "{p}" ? Programs.Activity : a)])
            .AssertError(2, code, words);

    [Theory]
    [InlineData("", "Commands:")]
    [InlineData("--help", "Commands:")]
    [InlineData("run --help", "--on-fault <stop|hold|reset>")]
    [InlineData("bench -h", "--steps <N>")]
    [InlineData("run --help", "What comes in:\n  --source <SOURCE>")]
    [InlineData("run --help", "Examples:\n  edgeseq run activity.eseq --source sim:walking")]
    [InlineData("--help", "Examples:\n  edgeseq run activity.eseq")]
    [InlineData("inspect --help", "--graph <mermaid|dot>")]
    [InlineData("selftest --help", "PROGRAM")]
    [InlineData("demo --help", "--seconds <N>")]
    [InlineData("completions --help", "<bash|zsh|fish>")]
    public void Help_goes_to_stdout(string arguments, string words)
    {
        var result = Edgeseq.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(words, result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Err);
    }

    [Fact]
    public void The_version_is_that_of_the_build()
    {
        var version = typeof(UsageTests).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.Equal([version], Edgeseq.Run("--version").OutLines);
    }

    [Theory]
    [InlineData("edgeseq ins", "inspect")]
    [InlineData("edgeseq run x.eseq --on-f", "--on-fault")]
    [InlineData("edgeseq run x.eseq --on-fault h", "hold")]
    [InlineData("edgeseq completions b", "bash")]
    public void A_shell_learns_what_can_stand_at_the_cursor(string line, string completion) =>
        Assert.Equal([completion], Edgeseq.Run($"[suggest:{line.Length}]", line).OutLines);

    [Theory]
    [InlineData("bash", "complete -o default -F _edgeseq edgeseq")]
    [InlineData("zsh", "#compdef edgeseq")]
    [InlineData("fish", "complete -c edgeseq")]
    public void Each_shell_has_a_script(string shell, string line) =>
        Assert.Contains(line, Edgeseq.Run("completions", shell).Out, StringComparison.Ordinal);
}
