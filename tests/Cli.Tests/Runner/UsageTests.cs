using EdgeSeq.Cli.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public class UsageTests
{
    [Theory]
    [InlineData("", "ES0701", "a command is missing")]
    [InlineData("dance", "ES0701", "'dance'")]
    [InlineData("run", "ES0701", "PROGRAM")]
    [InlineData("run {p}", "ES0701", "--source SOURCE is missing")]
    [InlineData("run {p} extra --source sim:walking", "ES0701", "'extra'")]
    [InlineData("run {p} --source sim:walking --nope", "ES0701", "--nope")]
    [InlineData("run {p} --source", "ES0701", "lacks its value")]
    [InlineData("run {p} --source sim:walking --source sim:lying", "ES0701", "twice")]
    [InlineData("run {p} --source sim:walking --rate fast", "ES0701", "'fast'")]
    [InlineData("run {p} --source sim:walking --steps=0", "ES0701", "'0'")]
    [InlineData("run {p} --source sim:walking --on-fault ignore", "ES0701", "stop or hold or reset")]
    [InlineData("run {p} --source sim:walking --json=yes", "ES0701", "takes no value")]
    [InlineData("run {p} --source i2c:mpu6050@1:0x68", "ES0702", "npy:PATH")]
    [InlineData("run {p} --source sim:walking --sink gpio:17", "ES0703", "jsonl:PATH")]
    [InlineData("run {p} --source sim:walking --sink jsonl:- --json", "ES0704", "standard output")]
    [InlineData("run {p} --source sim:walking --hop 2", "ES0704", "--hop")]
    [InlineData("bench {p} --json --steps -1", "ES0701", "'-1'")]
    [InlineData("inspect", "ES0701", "PROGRAM")]
    [InlineData("inspect x.eseq --graph svg", "ES0701", "mermaid or dot")]
    [InlineData("inspect x.eseq --graph dot --json", "ES0701", "--json")]
    [InlineData("selftest {p} --json", "ES0701", "--json")]
    [InlineData("demo --seconds x", "ES0701", "'x'")]
    public void A_wrong_command_line_is_one_line_and_exit_code_2(string arguments, string code, string words) =>
        Edgeseq.Run([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "{p}" ? Programs.Activity : a)])
            .AssertError(2, code, words);

    [Theory]
    [InlineData("--help", "commands")]
    [InlineData("run --help", "--on-fault stop|hold|reset")]
    [InlineData("bench -h", "--steps N")]
    [InlineData("--version", "0.1.0")]
    public void Help_and_version_go_to_stdout(string arguments, string words)
    {
        var result = Edgeseq.Run(arguments.Split(' '));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(words, result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Err);
    }
}
