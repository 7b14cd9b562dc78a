namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>How many tiles, registers or vectors a loop serves at once; a type, so that each count compiles to its own loop.</summary>
internal interface ICount
{
    static abstract int Value { get; }

    internal readonly struct One : ICount
    {
        public static int Value => 1;
    }

    internal readonly struct Two : ICount
    {
        public static int Value => 2;
    }

    internal readonly struct Three : ICount
    {
        public static int Value => 3;
    }

    internal readonly struct Four : ICount
    {
        public static int Value => 4;
    }

    internal readonly struct Six : ICount
    {
        public static int Value => 6;
    }
}
