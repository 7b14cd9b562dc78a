using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EdgeSeq.Tool.Commands;

/// <summary>Arguments and options that several commands share; each command makes its own.</summary>
internal static class CommonArguments
{
    public static Argument<string> Program() => new("PROGRAM") { Description = "The step program, a file that edgeseq-convert wrote" };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of text" };

    public static Option<double?> Rate(string description) => new("--rate")
    {
        Description = description,
        HelpName = "HZ",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate > 0 && double.IsFinite(rate))
                return rate;
            Refuse(result, "--rate", text, "a number above 0");
            return null;
        },
    };

    public static Option<long?> Steps(string description) => WholeNumber("--steps", description);

    /// <summary>An option that takes a whole number above 0.</summary>
    public static Option<long?> WholeNumber(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                return number;
            Refuse(result, name, text, "a whole number above 0");
            return null;
        },
    };

    /// <summary>An option that takes one word of a fixed set.</summary>
    public static Option<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var (word, value) in choices)
            {
                if (word == text)
                    return value;
            }

            Refuse(result, name, text, string.Join(" or ", choices.Select(choice => choice.Word)));
            return default;
        },
    };

    private static void Refuse(ArgumentResult result, string option, string text, string expected) =>
        result.AddError($"{option} takes {expected}, not '{text}'");
}
