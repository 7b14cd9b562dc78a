using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Simulation.Faults;

/// <summary>A clock on which no time passes but what is slept. By a seed a sleep ends late, as under a step or another process that takes
/// too long, or the clock jumps ahead, as in a machine that was suspended.</summary>
/// <param name="random">Decides when and by how much.</param>
/// <param name="share">Share of the sleeps that end late.</param>
internal sealed class SimulatedClock(SeededRandom random, double share) : IClock
{
    private const double JumpShare = 0.05;
    private const double LongestJumpSeconds = 60;
    private const double LongestDelaySeconds = 0.5;

    public long Now { get; private set; }

    public void Sleep(long nanoseconds)
    {
        Now += nanoseconds;
        if (random.Uniform() >= share)
            return;
        var most = random.Uniform() < JumpShare ? LongestJumpSeconds : LongestDelaySeconds;
        Now += (long)(random.Uniform() * most * MonotonicClock.NanosecondsPerSecond);
    }
}
