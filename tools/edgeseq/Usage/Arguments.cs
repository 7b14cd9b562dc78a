using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Tool.Usage;

/// <summary>Makes arguments and options whose errors say what would be right.</summary>
internal static class Arguments
{
    private delegate bool Parser<T>(string text, out T value);

    public static Argument<string> Program() => new("PROGRAM") { Description = "A step program, the file that edgeseq-convert wrote" };

    /// <summary>An argument that is one word of a fixed set.</summary>
    public static Argument<string> Word(string name, string description, params string[] words)
    {
        var argument = new Argument<string>(name) { Description = description, HelpName = string.Join('|', words) };
        argument.Validators.Add(result =>
        {
            if (!words.Contains(result.Tokens[0].Value))
                Refuse(result, name, result.Tokens[0].Value, string.Join(" or ", words));
        });
        argument.CompletionSources.Add(words);
        return argument;
    }

    public static Option<bool> Json() => Flag("--json", "Print one JSON document instead of text");

    public static Option<string> Text(string name, string value, string description, bool required = false) =>
        new(name) { Description = description, HelpName = value, Required = required };

    public static Option<string[]> Texts(string name, string value, string description) =>
        new(name) { Description = $"{description}; may be given several times", HelpName = value, DefaultValueFactory = _ => [] };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>A whole number above 0.</summary>
    public static Option<T?> Count<T>(string name, string value, string description)
        where T : struct, IBinaryInteger<T> =>
        Parsed(name, value, description, "a whole number above 0", (string text, out T number) =>
            T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && T.IsPositive(number) && !T.IsZero(number));

    /// <summary>A finite number from 0 up.</summary>
    public static Option<double?> Number(string name, string value, string description) =>
        Parsed(name, value, description, "a number from 0 up", (string text, out double number) => IsFinite(text, out number)
        && number >= 0);

    /// <summary>A finite number above 0.</summary>
    public static Option<double?> PositiveNumber(string name, string value, string description) =>
        Parsed(name, value, description, "a number above 0", (string text, out double number) => IsFinite(text, out number) && number > 0);

    /// <summary>A length of time above 0: 500ms, 60s, 5min, 1h.</summary>
    public static Option<TimeSpan?> Time(string name, string description) =>
        Parsed(name, "TIME", description, "a time such as 500ms, 60s, 5min or 1h", (string text, out TimeSpan time) =>
        {
            var isTime = RuleDuration.TryParse(text, out var duration) && duration is { IsSeconds: true, Amount: > 0 and < 1e9 };
            time = isTime ? TimeSpan.FromSeconds(duration.Amount) : default;
            return isTime;
        });

    /// <summary>One word of a fixed set; the first stands for T's default, which holds where the option is absent.</summary>
    public static Option<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
    {
        var option = new Option<T>(name)
        {
            Description = $"{description} [default: {choices[0].Word}]",
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
                return choices[0].Value;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. choices.Select(choice => choice.Word)]);
        return option;
    }

    /// <summary>Texts of the form NAME=VALUE.</summary>
    public static Option<(string Name, string Value)[]> Pairs(string name, string form, string description) => new(name)
    {
        Description = $"{description}; may be given several times",
        HelpName = form,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var pairs = new List<(string, string)>();
            foreach (var token in result.Tokens)
            {
                var equals = token.Value.LastIndexOf('=');
                if (equals <= 0 || equals == token.Value.Length - 1)
                {
                    Refuse(result, name, token.Value, form);
                    return [];
                }

                pairs.Add((token.Value[..equals], token.Value[(equals + 1)..]));
            }

            return [.. pairs];
        },
    };

    private static Option<T?> Parsed<T>(string name, string value, string description, string expected, Parser<T> parser)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = value,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (parser(text, out var number))
                    return number;
                Refuse(result, name, text, expected);
                return null;
            },
        };

    private static bool IsFinite(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static void Refuse(ArgumentResult result, string option, string text, string expected) =>
        result.AddError($"{option} takes {expected}, not '{text}'");
}
