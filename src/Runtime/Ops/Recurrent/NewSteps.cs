namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>The steps of a layer that x brings.</summary>
/// <param name="Head">So many first ones.</param>
/// <param name="Fresh">So many by which the others move on at each tick.</param>
/// <param name="Tail">So many last ones.</param>
internal readonly record struct NewSteps(int Head, int Fresh, int Tail)
{
    public int Count => Head + Fresh + Tail;
}
