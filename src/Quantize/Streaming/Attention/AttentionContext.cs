using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>How many keys and values an attention op keeps.</summary>
/// <param name="Window">Slots of the ring.</param>
/// <param name="Sliding">The oldest is forgotten when the ring is full; otherwise the session ends before that.</param>
internal readonly record struct AttentionContext(int Window, bool Sliding)
{
    /// <summary>
    /// The model's own window; else the user's bound; else as far as positions and masks go; else the default, after which the
    /// session ends rather than give something else than the model would.
    /// </summary>
    public static AttentionContext Of(NodeContext c, AttentionMask mask, Clock clock)
    {
        if (mask.Window is int window)
            return new AttentionContext(Math.Min(window, c.Options.MaxContext ?? window), true);

        return Of(c, mask.Limit, clock);
    }

    /// <summary>As many as the user asks for, else as there may be at most, else the default.</summary>
    public static AttentionContext Of(NodeContext c, int? limit, Clock clock)
    {
        if (c.Options.MaxContext is int bound)
            return new AttentionContext(Math.Min(bound, limit ?? bound), true);

        var elements = Math.Min(limit ?? StreamOptions.DefaultContext, ElementsWithin(c.Graph.MaxSteps, clock));
        if (c.Options.Positions == PositionPolicy.Error)
        {
            c.Graph.LimitSteps(clock.Offset + (long)elements * clock.Rate);
            return new AttentionContext(elements, false);
        }

        return new AttentionContext(elements, true);
    }

    private static int ElementsWithin(long? steps, Clock clock) =>
        steps is long limit ? (int)Math.Min(StreamOptions.DefaultContext * 16L, (limit - clock.Offset + clock.Rate - 1) / clock.Rate)
        : StreamOptions.DefaultContext;
}
