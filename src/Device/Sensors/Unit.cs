namespace EdgeSeq.Device.Sensors;

/// <summary>A unit of a quantity: value in this unit = SI value × Scale + Offset.</summary>
public sealed record Unit(string Name, Quantity Quantity, double Scale, double Offset = 0);
