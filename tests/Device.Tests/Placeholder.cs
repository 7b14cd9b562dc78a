namespace EdgeSeq.Device.Tests;

public class PlaceholderTests { [Fact] public void Runs() { } }
