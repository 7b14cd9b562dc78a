namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// A mask that repeats itself: queries see keys of their own block, later ones too, and of some blocks before. A query waits until the last
/// key that any query sees beyond its own place has come; what its mask then adds follows from its place in the block and the distance of
/// the key from the newest one.
/// </summary>
/// <param name="Ahead">Elements that a query waits for.</param>
/// <param name="Window">Newest keys among which are all that a waiting query sees.</param>
/// <param name="Rows">For each element in the order in which they come, what is added to the scores of the query that has waited for it,
/// [heads, window] by the distance from the newest key.</param>
internal sealed record BlockMask(int Ahead, int Window, float[][] Rows)
{
    /// <param name="hidden">Whether a head hides a key from a query.</param>
    /// <param name="term">What is added to the score of a key that is seen.</param>
    /// <returns>Null where the mask is no such one, or where so few elements do not show it.</returns>
    public static BlockMask? Find(int heads, int size, Func<int, int, int, bool> hidden, Func<int, int, int, float> term, float tolerance)
    {
        int ahead = 0, behind = 0;
        for (var at = 0; at < heads * size * size; at++)
        {
            var (h, i, j) = (at / size / size, at / size % size, at % size);
            if (!hidden(h, i, j))
                (ahead, behind) = (Math.Max(ahead, j - i), Math.Max(behind, i - j));
        }

        var window = behind + ahead + 1;
        if (ahead == 0 || window + ahead >= size)
            return null;

        var period = Enumerable.Range(1, Math.Min(size / 4, size - window - ahead)).FirstOrDefault(IsPeriod);
        return period == 0 ? null : new BlockMask(ahead, window, [.. Enumerable.Range(0, period).Select(Row)]);

        bool IsPeriod(int period)
        {
            for (var h = 0; h < heads; h++)
            {
                for (var i = 0; i < size - period; i++)
                {
                    for (var j = 0; j < size - period; j++)
                    {
                        var hides = hidden(h, i, j);
                        if (hides != hidden(h, i + period, j + period)
                            || (!hides && Math.Abs(term(h, i, j) - term(h, i + period, j + period)) > tolerance))
                        {
                            return false;
                        }
                    }
                }
            }

            return true;
        }

        float[] Row(int tick)
        {
            // The last query of that place in a block whose keys are all there.
            var query = Enumerable.Range(0, size - ahead).Last(i => (i + ahead) % period == tick);
            var row = new float[heads * window];
            for (var h = 0; h < heads; h++)
            {
                for (var d = 0; d < window; d++)
                {
                    var key = query + ahead - d;
                    row[h * window + d] = hidden(h, query, key) ? AttentionWires.HiddenBias : term(h, query, key);
                }
            }

            return row;
        }
    }
}
