using System.Diagnostics.CodeAnalysis;

namespace EdgeSeq.Tool.Demo;

/// <summary>Whether this build has the demo and its model. A core build (<c>-p:Sensors=false</c>) has not.</summary>
internal static class DemoSupport
{
    [FeatureSwitchDefinition("EdgeSeq.Demo")]
    public static bool IsIncluded => !AppContext.TryGetSwitch("EdgeSeq.Demo", out var isIncluded) || isIncluded;
}
