namespace EdgeSeq.Device.Sensors;

/// <summary>One value of a sensor's sample.</summary>
/// <param name="Name">In snake_case, unique in its sensor: <c>acc_x</c>.</param>
/// <param name="Quantity">Decides the SI unit that the sensor gives.</param>
public sealed record Channel(string Name, Quantity Quantity)
{
    /// <summary>Channels NAME_x, NAME_y and NAME_z.</summary>
    public static IReadOnlyList<Channel> Axes(string name, Quantity quantity) =>
        [new($"{name}_x", quantity), new($"{name}_y", quantity), new($"{name}_z", quantity)];
}
