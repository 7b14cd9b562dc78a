using System.Diagnostics.CodeAnalysis;

namespace EdgeSeq.Device.Sensors;

/// <summary>Whether this build has drivers for sensors. <c>-p:Sensors=false</c> sets the switch when the tool is built, and the compiler
/// leaves out the drivers with the packages that they need.</summary>
public static class SensorSupport
{
    [FeatureSwitchDefinition("EdgeSeq.Sensors")]
    public static bool IsIncluded => !AppContext.TryGetSwitch("EdgeSeq.Sensors", out var isIncluded) || isIncluded;
}
