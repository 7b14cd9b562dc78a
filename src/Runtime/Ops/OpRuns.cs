using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>How the steps of one call are done op by op instead of step by step. Ops that use one state must meet it in the order of the
/// steps: they, and what lies between them, are one run, of which each step is done in whole. Every other op is a run by itself and does
/// all steps at once.</summary>
internal static class OpRuns
{
    /// <summary>For the first op of each run, the one behind its last; empty where nothing is to be gained.</summary>
    /// <param name="program">The ops' program.</param>
    /// <param name="ops">Its ops.</param>
    /// <param name="steps">Of a call.</param>
    public static int[] Find(ProgramSpec program, StepOp[] ops, int steps)
    {
        var ends = Ends(program);
        for (var op = 0; op < ops.Length; op = ends[op])
        {
            // A run of at least two ticks.
            if (ends[op] == op + 1 && ops[op].SharesParts && program.Clocks[program.Ops[op].Clock].Rate <= steps / 2)
                return HasPortInState(program) ? [] : ends;
        }

        return [];
    }

    private static int[] Ends(ProgramSpec program)
    {
        // By value: the last op that uses it.
        var last = new int[program.Values.Length];
        for (var op = 0; op < program.Ops.Length; op++)
        {
            Note(program.Ops[op].In, op, last);
            Note(program.Ops[op].Out, op, last);
        }

        var ends = new int[program.Ops.Length];
        for (var first = 0; first < ends.Length; first = ends[first])
        {
            ends[first] = first + 1;
            for (var op = first; op < ends[first]; op++)
            {
                ends[first] = Math.Max(ends[first], EndOf(program, program.Ops[op].In, last));
                ends[first] = Math.Max(ends[first], EndOf(program, program.Ops[op].Out, last));
            }
        }

        return ends;
    }

    private static void Note(int[] values, int op, int[] last)
    {
        foreach (var value in values)
        {
            if (value >= 0)
                last[value] = op;
        }
    }

    /// <summary>Behind the last op that uses one of the states among an op's values.</summary>
    private static int EndOf(ProgramSpec program, int[] values, int[] last)
    {
        var end = 0;
        foreach (var value in values)
        {
            if (value >= 0 && program.Values[value].Place == ValuePlace.State)
                end = Math.Max(end, last[value] + 1);
        }

        return end;
    }

    /// <summary>An input in a state, or an output that has its values one after the other there.</summary>
    private static bool HasPortInState(ProgramSpec program)
    {
        foreach (var input in program.Inputs)
        {
            if (program.Values[input.Value].Place == ValuePlace.State)
                return true;
        }

        foreach (var output in program.Outputs)
        {
            if (program.Values[output.Value].Place == ValuePlace.State && output.Kind == "stream")
                return true;
        }

        return false;
    }
}
