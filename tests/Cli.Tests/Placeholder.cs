namespace EdgeSeq.Cli.Tests;

public class PlaceholderTests { [Fact] public void Runs() { } }
