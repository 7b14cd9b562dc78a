namespace EdgeSeq.Device.Simulation.Motion;

/// <summary>Written by models/activity/fit.py from recordings at 50 Hz; change that script, not this file.</summary>
internal static class ActivityTable
{
    public const int Harmonics = 8;

    public static ActivityStatistics Walking { get; } = new()
    {
        Gravity = [0.9816f, -0.1859f, -0.04411f],
        GravitySpread = [0.02248f, 0.08647f, 0.1721f],
        StrideHz = 0.8526f,
        StrideHzSpread = 0.05495f,
        Amplitude = [0.02701f, 0.2102f, 0.09918f, 0.06687f, 0.03842f, 0.07636f, 0.03855f, 0.05347f, 0.06683f, 0.1274f, 0.04211f, 0.06006f,
            0.0702f, 0.05076f, 0.0497f, 0.04114f, 0.08403f, 0.09879f, 0.02299f, 0.04537f, 0.02797f, 0.03813f, 0.02887f, 0.0327f, 0.4299f,
                0.08936f, 0.1729f, 0.07112f, 0.2316f, 0.0558f, 0.114f, 0.05141f, 0.3288f, 0.1867f, 0.3589f, 0.09259f, 0.1245f, 0.08083f,
                    0.1165f, 0.09717f, 0.1743f, 0.165f, 0.267f, 0.0566f, 0.06787f, 0.08252f, 0.05031f, 0.06422f],
        Phase = [2.175f, -2.155f, -2.39f, -3.106f, 1.038f, 0.4902f, 3.083f, 3.068f, 2.448f, -0.1433f, 2.901f, -2.674f, -2.275f, 0.8066f,
            0.4052f, -1.498f, -0.3464f, -0.4066f, 1.126f, -2.793f, 0.5837f, 0.6286f, -2.957f, -1.362f, -2.631f, -1.306f, -2.276f, 0.07919f,
                -0.2641f, 2.06f, 2.596f, -0.5683f, 0.5484f, 2.927f, 2.703f, 0.8578f, 0.3352f, 2.354f, -2.192f, 0.04332f, -0.3785f, 0.1016f,
                    2.329f, -2.953f, -0.7188f, 0.2379f, 0.3414f, -2.921f],
        NoiseDeviation = [0.05713f, 0.05876f, 0.04421f, 0.1537f, 0.1441f, 0.08567f],
        NoiseCorrelation = [0.4912f, 0.5265f, 0.4638f, 0.6727f, 0.483f, 0.6006f],
    };

    public static ActivityStatistics StairsUp { get; } = new()
    {
        Gravity = [0.9487f, -0.2924f, -0.1205f],
        GravitySpread = [0.04262f, 0.09468f, 0.2146f],
        StrideHz = 0.8001f,
        StrideHzSpread = 0.08909f,
        Amplitude = [0.05676f, 0.2898f, 0.03806f, 0.08831f, 0.03469f, 0.07104f, 0.02983f, 0.04115f, 0.08564f, 0.1429f, 0.0333f, 0.06008f,
            0.04024f, 0.03004f, 0.03913f, 0.02358f, 0.1345f, 0.09858f, 0.03343f, 0.04719f, 0.02145f, 0.02271f, 0.01804f, 0.01639f, 0.3192f,
                0.1415f, 0.1197f, 0.07873f, 0.1172f, 0.06827f, 0.09247f, 0.04551f, 0.509f, 0.1746f, 0.1656f, 0.09248f, 0.0941f, 0.08629f,
                    0.08536f, 0.06939f, 0.3148f, 0.1555f, 0.1029f, 0.0875f, 0.05563f, 0.05576f, 0.04819f, 0.04674f],
        Phase = [-3.087f, -0.7052f, 0.2125f, -0.6167f, -0.5831f, -1.753f, -2f, -2.971f, -2.992f, 1.597f, -2.421f, 0.5674f, -2.275f, 0.3818f,
            0.4956f, 0.5055f, 0.2117f, 1.23f, -0.408f, 0.5501f, -2.517f, 0.0217f, 1.668f, 0.5576f, -0.3403f, 2.589f, -0.8843f, -0.4325f,
                -0.2625f, -2.246f, 2.595f, -1.951f, 1.705f, -3.058f, -0.4804f, 1.622f, -0.8228f, 0.7903f, 2.665f, -0.00583f, 1.507f,
                    -0.2728f, -1.745f, -2.077f, -2.955f, -2.593f, -1.483f, -1.351f],
        NoiseDeviation = [0.07093f, 0.05731f, 0.03853f, 0.2068f, 0.1639f, 0.1084f],
        NoiseCorrelation = [0.6543f, 0.6633f, 0.6707f, 0.8813f, 0.6572f, 0.7693f],
    };

    public static ActivityStatistics StairsDown { get; } = new()
    {
        Gravity = [0.9846f, -0.1692f, -0.04501f],
        GravitySpread = [0.02899f, 0.09474f, 0.1884f],
        StrideHz = 0.8632f,
        StrideHzSpread = 0.1191f,
        Amplitude = [0.0355f, 0.4107f, 0.08533f, 0.1596f, 0.051f, 0.07482f, 0.04087f, 0.04207f, 0.06385f, 0.1145f, 0.06338f, 0.07979f,
            0.04861f, 0.05452f, 0.04175f, 0.03474f, 0.08899f, 0.08016f, 0.03345f, 0.05764f, 0.03743f, 0.03998f, 0.03607f, 0.02822f, 0.3267f,
                0.1397f, 0.2339f, 0.1036f, 0.1251f, 0.08285f, 0.1007f, 0.0542f, 0.2608f, 0.1965f, 0.2425f, 0.1646f, 0.1121f, 0.107f,
                    0.1163f, 0.09485f, 0.1173f, 0.2008f, 0.169f, 0.1559f, 0.09668f, 0.07971f, 0.07217f, 0.06308f],
        Phase = [-2.286f, 2.884f, -2.977f, -0.7818f, -0.2189f, 2.225f, 2.839f, 0.2723f, -2.678f, 0.07842f, 1.086f, -2.74f, -2.578f, 0.5524f,
            -1.99f, -2.194f, 0.6376f, 0.516f, -1.84f, -2.276f, 1.608f, 0.956f, -1.22f, -1.527f, -1.829f, -2.778f, 2.85f, -0.4388f, -1.355f,
                2.024f, 1.519f, -0.5639f, 2.346f, -2.407f, 1.885f, -0.5007f, -2.475f, 2.673f, 0.8333f, 0.5531f, -2.82f, 0.6086f, 2.338f,
                    2.26f, -0.7291f, -2.307f, 2.765f, 2.292f],
        NoiseDeviation = [0.108f, 0.07708f, 0.0641f, 0.2622f, 0.2248f, 0.1502f],
        NoiseCorrelation = [0.6642f, 0.6681f, 0.5657f, 0.8859f, 0.5607f, 0.7133f],
    };

    public static ActivityStatistics Sitting { get; } = new()
    {
        Gravity = [0.9845f, 0.09303f, 0.1489f],
        GravitySpread = [0.03499f, 0.1703f, 0.2275f],
        StrideHz = 0f,
        StrideHzSpread = 0f,
        Amplitude = [],
        Phase = [],
        NoiseDeviation = [0.003191f, 0.004784f, 0.006342f, 0.008085f, 0.0158f, 0.01068f],
        NoiseCorrelation = [0.7914f, 0.9235f, 0.95f, 0.9615f, 0.9443f, 0.9603f],
    };

    public static ActivityStatistics Standing { get; } = new()
    {
        Gravity = [0.9864f, -0.1641f, -0.006178f],
        GravitySpread = [0.01643f, 0.1004f, 0.1375f],
        StrideHz = 0f,
        StrideHzSpread = 0f,
        Amplitude = [],
        Phase = [],
        NoiseDeviation = [0.003105f, 0.006307f, 0.006501f, 0.02197f, 0.01498f, 0.01244f],
        NoiseCorrelation = [0.782f, 0.9101f, 0.928f, 0.9678f, 0.9221f, 0.9522f],
    };

    public static ActivityStatistics Lying { get; } = new()
    {
        Gravity = [0.08512f, 0.7251f, 0.6834f],
        GravitySpread = [0.1518f, 0.2447f, 0.2418f],
        StrideHz = 0f,
        StrideHzSpread = 0f,
        Amplitude = [],
        Phase = [],
        NoiseDeviation = [0.005604f, 0.004657f, 0.005722f, 0.01479f, 0.02186f, 0.006843f],
        NoiseCorrelation = [0.9363f, 0.9731f, 0.9667f, 0.9588f, 0.8756f, 0.96f],
    };
}
