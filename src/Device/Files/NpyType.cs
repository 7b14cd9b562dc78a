namespace EdgeSeq.Device.Files;

/// <summary>Element types of a .npy file that can be read.</summary>
internal enum NpyType
{
    Bool,
    I1,
    U1,
    I2,
    U2,
    I4,
    U4,
    I8,
    U8,
    F2,
    F4,
    F8,
}
