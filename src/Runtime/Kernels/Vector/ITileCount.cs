namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>How many tiles one pass over a vector serves; a type, so that each count compiles to its own loop.</summary>
internal interface ITileCount
{
    static abstract int Value { get; }

    internal readonly struct One : ITileCount
    {
        public static int Value => 1;
    }

    internal readonly struct Two : ITileCount
    {
        public static int Value => 2;
    }

    internal readonly struct Three : ITileCount
    {
        public static int Value => 3;
    }

    internal readonly struct Four : ITileCount
    {
        public static int Value => 4;
    }
}
