// A recurrent policy in a control loop: observations in, actions out, 200 times a second; real-time paces it by the clock.
using EdgeSeq.Device;
using EdgeSeq.Device.Timing;
using EdgeSeq.Examples.RobotPolicy;
using EdgeSeq.Runtime.Sessions;

const int Seconds = 5;
double[] tilts = [0.1, -0.2, 0.3];
var robot = new BalancingRobot(new Random(1));
using var stop = new StopSignal();
stop.ListenToProcess();
using var model = Model.Load("examples/robot-policy/policy.eseq");
using var session = model.CreateSession();
var pacer = args is ["real-time"] ? new Pacer(BalancingRobot.RateHz, stop) : null;

foreach (var tilt in tilts)
{
    robot.Place(tilt);
    double largest = 0, last = 0;
    for (var step = 0; step < Seconds * BalancingRobot.RateHz && !stop.IsSet; step++)
    {
        pacer?.Wait();
        robot.Observe(session.Input(0));
        session.Input(1)[0] = step == 0 ? 1 : 0;     // an episode begins: the policy itself clears what it remembers
        session.Step();
        robot.Advance(session.Output(0)[0]);
        if (step == 2 * BalancingRobot.RateHz)
            robot.Push(1.5);
        largest = Math.Max(largest, Math.Abs(robot.Tilt));
        if (step >= (Seconds - 1) * BalancingRobot.RateHz)
            last = Math.Max(last, Math.Abs(robot.Tilt));
    }

    Console.WriteLine(FormattableString.Invariant(
        $"begun at {tilt,4:0.0} rad, pushed after 2 s: {(robot.HasFallen ? "fell" : "stands")}, tilt at most {largest:0.00} rad, in ")
            + FormattableString.Invariant($"the last second {last:0.00}"));
}

if (pacer is not null)
    Console.WriteLine($"{pacer.DeadlineMisses} of {tilts.Length * Seconds * BalancingRobot.RateHz} steps missed their 5 ms");
