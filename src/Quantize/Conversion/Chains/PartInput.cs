using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>What an input of a part takes.</summary>
/// <param name="From">Part and port; no part: the program's own input of that name.</param>
/// <param name="Clock">When it is there.</param>
internal sealed record PartInput(string Name, int[] Shape, (string Part, string Port) From, double Scale, double Offset,
    LinkWindow? Window, Clock Clock);
