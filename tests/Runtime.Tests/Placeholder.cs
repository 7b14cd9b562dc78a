namespace EdgeSeq.Runtime.Tests;

public class PlaceholderTests { [Fact] public void Runs() { } }
