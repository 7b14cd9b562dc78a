using System.Diagnostics.CodeAnalysis;

namespace EdgeSeq.Device.Network;

/// <summary>Whether this build speaks to the network. A core build (<c>-p:Sensors=false</c>) does not: sockets alone are a tenth of
/// it.</summary>
public static class NetworkSupport
{
    [FeatureSwitchDefinition("EdgeSeq.Network")]
    public static bool IsIncluded => !AppContext.TryGetSwitch("EdgeSeq.Network", out var isIncluded) || isIncluded;
}
