using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EdgeSeq.ConvertTool.Commands;

/// <summary>Makes arguments and options whose errors say what would be right.</summary>
internal static class Arguments
{
    public static Argument<string> Model() => new("MODEL") { Description = "The trained model, an ONNX file" };

    public static Option<string> Text(string name, string value, string description, bool required = false) =>
        new(name) { Description = description, HelpName = value, Required = required };

    public static Option<string[]> Texts(string name, string value, string description) =>
        new(name) { Description = $"{description}; may be given several times", HelpName = value, DefaultValueFactory = _ => [] };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A whole number above 0.</summary>
    public static Option<int?> Count(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                return number;
            }

            Refuse(result, name, text, "a whole number above 0");
            return null;
        },
    };

    /// <summary>A finite number from 0 up.</summary>
    public static Option<double?> Number(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && double.IsFinite(number))
            {
                return number;
            }

            Refuse(result, name, text, "a number from 0 up");
            return null;
        },
    };

    /// <summary>One word of a fixed set; the first stands for T's default, which holds where the option is absent.</summary>
    public static Option<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices) => new(name)
    {
        Description = $"{description} [default: {choices[0].Word}]",
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var (word, value) in choices)
            {
                if (word == text)
                {
                    return value;
                }
            }

            Refuse(result, name, text, string.Join(" or ", choices.Select(choice => choice.Word)));
            return choices[0].Value;
        },
    };

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

    private static void Refuse(ArgumentResult result, string option, string text, string expected) =>
        result.AddError($"{option} takes {expected}, not '{text}'");
}
