namespace EdgeSeq.Quantize.Tests;

public class PlaceholderTests { [Fact] public void Runs() { } }
